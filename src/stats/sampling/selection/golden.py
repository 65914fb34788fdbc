"""The selections of the golden test, computed apart from the program, in exact fractions.

Run: python3 golden.py > golden_draws.csv
ChaCha20 by RFC 8439, named streams as documented in stats/rng.rs; each method by its definition: the
Sampford design by listing every sample with its probability, unit after unit; Brewer's by its draws.
"""
import struct
from fractions import Fraction as F
from itertools import combinations
from math import ceil, floor, prod

def rotl(x, n): return ((x << n) | (x >> (32 - n))) & 0xffffffff
def qr(s, a, b, c, d):
    for x, y, z, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        s[x] = (s[x] + s[y]) & 0xffffffff
        s[z] = rotl(s[z] ^ s[x], n)
def block(key, counter, nonce):
    s = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, *struct.unpack('<8I', key),
         counter, 0, nonce & 0xffffffff, nonce >> 32]
    w = s[:]
    for _ in range(10):
        qr(w, 0, 4, 8, 12); qr(w, 1, 5, 9, 13); qr(w, 2, 6, 10, 14); qr(w, 3, 7, 11, 15)
        qr(w, 0, 5, 10, 15); qr(w, 1, 6, 11, 12); qr(w, 2, 7, 8, 13); qr(w, 3, 4, 9, 14)
    return struct.pack('<16I', *[(a + b) & 0xffffffff for a, b in zip(w, s)])
def words(seed, label):
    b = label.encode()
    message = struct.pack('<Q', len(b)) + b
    message += b'\0' * (-len(message) % 8)
    key = seed
    for i in range(0, len(message), 8):
        key = block(key, 0, struct.unpack('<Q', message[i:i + 8])[0])[:32]
    counter = 0
    while True:
        yield from struct.unpack('<8Q', block(key, counter, 0))
        counter += 1

def probabilities(sizes, n):
    pi = [None] * len(sizes)
    while True:
        free = [k for k in range(len(sizes)) if pi[k] is None]
        left, total = n - (len(sizes) - len(free)), sum(sizes[k] for k in free)
        big = [k for k in free if F(left * sizes[k], total) >= 1]
        if not big:
            for k in free:
                pi[k] = F(left * sizes[k], total)
            return pi
        for k in big:
            pi[k] = F(1)

def systematic(pi, start):
    taken, c = [], F(0)
    for k, p in enumerate(pi):
        if p == 1:
            taken.append(k)
            continue
        if ceil(c + p - start) > ceil(c - start):
            taken.append(k)
        c += p
    return taken

def sampford(pi, uniform):
    """Goes down the list: P(k in | before) from the probabilities of all samples that are left."""
    free = [k for k, p in enumerate(pi) if 0 < p < 1]
    n = int(sum(pi[k] for k in free))
    samples = {}
    for s in combinations(free, n):
        samples[s] = prod(pi[k] / (1 - pi[k]) for k in s) * sum(1 - pi[k] for k in s)
    taken = [k for k, p in enumerate(pi) if p == 1]
    for k in free:
        u = uniform()
        inside = sum(p for s, p in samples.items() if k in s)
        if u * sum(samples.values()) < inside:
            taken.append(k)
            samples = {s: p for s, p in samples.items() if k in s}
        else:
            samples = {s: p for s, p in samples.items() if k not in s}
    return sorted(taken)

def brewer(pi, uniform):
    free = [k for k, p in enumerate(pi) if 0 < p < 1]
    n, a = int(sum(pi[k] for k in free)), F(0)
    taken = []
    for i in range(1, n + 1):
        weight = [F(0) if k in taken else pi[k] * (n - a - pi[k]) / (n - a - pi[k] * (n - i + 1)) for k in free]
        u, c = uniform() * sum(weight), F(0)
        for k, w in zip(free, weight):
            c += w
            if u < c:
                taken.append(k)
                a += pi[k]
                break
    return sorted(taken + [k for k, p in enumerate(pi) if p == 1])

SIZES = [12, 7, 30, 18, 5, 41, 22, 0, 9, 16, 27, 260, 3, 14, 25, 8]
seed = bytes(range(32))
print('method,n,stratum,selected')
for n in (2, 5, 7):
    for stratum in ('urban', 'rural', '平定县'):
        for method in ('srs', 'systematic', 'pps-systematic', 'sampford', 'brewer'):
            source = words(seed, 'sample/' + stratum)
            uniform = lambda: F(next(source) >> 11, 1 << 53)
            pi, size = probabilities(SIZES, n), len(SIZES)
            if method == 'srs':
                taken = []
                for k in range(size):
                    if len(taken) == n:
                        break
                    left = size - k
                    word = next(source)
                    while word >= 2**64 - 2**64 % left:
                        word = next(source)
                    if word % left < n - len(taken):
                        taken.append(k)
            elif method == 'systematic':
                start = uniform()
                taken = [floor((start + j) * F(size, n)) for j in range(n)]
            elif method == 'pps-systematic':
                taken = systematic(pi, uniform())
            else:
                taken = {'sampford': sampford, 'brewer': brewer}[method](pi, uniform)
            print(method, n, stratum, ' '.join(map(str, taken)), sep=',')
