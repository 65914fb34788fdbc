# First words of named streams, by an implementation of RFC 8439 apart from ours. Run: python3 golden.py
import struct
def rotl(x,n): return ((x<<n)|(x>>(32-n)))&0xffffffff
def qr(s,a,b,c,d):
    s[a]=(s[a]+s[b])&0xffffffff; s[d]=rotl(s[d]^s[a],16)
    s[c]=(s[c]+s[d])&0xffffffff; s[b]=rotl(s[b]^s[c],12)
    s[a]=(s[a]+s[b])&0xffffffff; s[d]=rotl(s[d]^s[a],8)
    s[c]=(s[c]+s[d])&0xffffffff; s[b]=rotl(s[b]^s[c],7)
def block(key,counter,stream):
    s=[0x61707865,0x3320646e,0x79622d32,0x6b206574]+list(struct.unpack('<8I',key))+[counter&0xffffffff,counter>>32,stream&0xffffffff,stream>>32]
    w=s[:]
    for _ in range(10):
        qr(w,0,4,8,12);qr(w,1,5,9,13);qr(w,2,6,10,14);qr(w,3,7,11,15)
        qr(w,0,5,10,15);qr(w,1,6,11,12);qr(w,2,7,8,13);qr(w,3,4,9,14)
    return struct.pack('<16I',*[(a+b)&0xffffffff for a,b in zip(w,s)])
def stream(seed,label):
    b=label.encode(); msg=struct.pack('<Q',len(b))+b; msg+=b'\0'*(-len(msg)%8)
    key=seed
    for i in range(0,len(msg),8): key=block(key,0,struct.unpack('<Q',msg[i:i+8])[0])[:32]
    return struct.unpack('<8Q',block(key,0,0))[:3]
for seed,l in [(bytes(32),''),(bytes(32),'draw'),(bytes(range(32)),'wave/2026q4/stratum/140302-urban')]: print(list(stream(seed,l)))
