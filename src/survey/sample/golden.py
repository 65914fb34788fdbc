"""The sample of the golden test, computed apart from the program, in exact fractions.

Run: python3 golden.py > golden.csv
ChaCha20 by RFC 8439, named streams as documented in stats/rng.rs, systematic PPS and randomized
rounding by their definitions, variance units by the rule of the module header.
"""
import struct
from fractions import Fraction as F
from math import ceil, floor

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
def uniforms(seed, label):
    b = label.encode()
    message = struct.pack('<Q', len(b)) + b
    message += b'\0' * (-len(message) % 8)
    key = seed
    for i in range(0, len(message), 8):
        key = block(key, 0, struct.unpack('<Q', message[i:i + 8])[0])[:32]
    return [F(w >> 11, 1 << 53) for w in struct.unpack('<2Q', block(key, 0, 0)[:16])]

def frame():
    for county, residence, number, base in (('140302', 'urban', 30, 500), ('140302', 'rural', 2, 200),
                                            ('140311', 'urban', 24, 600), ('140311', 'rural', 20, 400)):
        for i in range(number):
            code = '%s%03d%03d' % (county, 1 if residence == 'urban' else 2, i + 1)
            size = base + i * 7919 % 300
            if code == '140311001005':
                size = 9000
            yield code, county, residence, size, size * 4 // 5

def probabilities(sizes, n):
    pi = [None] * len(sizes)
    while True:
        free = [k for k in range(len(sizes)) if pi[k] is None]
        left = n - (len(sizes) - len(free))
        total = sum(sizes[k] for k in free)
        big = [k for k in free if F(left * sizes[k], total) >= 1]
        if not big:
            for k in free:
                pi[k] = F(left * sizes[k], total)
            return pi
        for k in big:
            pi[k] = F(1)

def share(total, sizes):
    exact = [F(total * s, sum(sizes)) for s in sizes]
    out = [floor(e) for e in exact]
    for k in sorted(range(len(sizes)), key=lambda k: (-(exact[k] - out[k]), k))[:total - sum(out)]:
        out[k] += 1
    return out

def plan_stratum(units, psus, invitations):
    pi = probabilities([u[3] for u in units], psus)
    f = F(invitations, sum(u[4] for u in units))
    free = [k for k in range(len(units)) if pi[k] < 1]
    drawn = psus - (len(units) - len(free))
    fewest = min(f * units[k][4] / pi[k] for k in free)
    group = next((g for g in range(2, drawn // 2 + 1) if floor(g * fewest) >= 80), None)
    return group and (pi, f, group)

seed = bytes(range(32))
units = list(frame())
print('stratum,unit,part,variance_unit,invitations')
out = []
for county, psus, invitations in (('140302', 12, 600), ('140311', 16, 1200)):
    parts = [[u for u in units if u[1] == county and u[2] == r] for r in ('urban', 'rural')]
    sums = [sum(u[4] for u in p) for p in parts]
    plans = [(r, p, plan_stratum(p, m, n) if m <= len(p) and m >= 4 else None) for r, p, m, n in
             zip(('urban', 'rural'), parts, share(psus, sums), share(invitations, sums))]
    ns = share(invitations, sums)
    if any(p[2] is None for p in plans):
        both = parts[0] + parts[1]
        plans = [('merged', both, plan_stratum(both, psus, invitations))]
        ns = [invitations]
    for (name, members, (pi, f, group)), n in zip(plans, ns):
        stratum = '%s-%s' % (county, name)
        start, rounding = uniforms(seed, 'draw/' + stratum)
        selected, cumulated = [], F(0)
        for k, u in enumerate(members):
            if pi[k] == 1:
                continue
            before, cumulated = cumulated, cumulated + pi[k]
            if ceil(cumulated - start) > ceil(before - start):
                selected.append(k)
        number = max(len(selected) // group, 1)
        total, given = F(0), 0
        for place, k in enumerate(selected):
            total += f * members[k][4] / pi[k]
            upto = floor(total + rounding)
            unit = min(place // group, number - 1) + 1
            out.append((stratum, members[k][0], 0, '%s-%02d' % (stratum, unit), upto - given))
            given = upto
        for c, k in enumerate([k for k in range(len(members)) if pi[k] == 1], 1):
            of = '%s-c%d' % (stratum, c)
            invited = max(floor(f * members[k][4] + F(1, 2)), 160)
            cut = max(invited // 80, 2)
            for part in range(cut):
                out.append((of, members[k][0], part, '%s-%02d' % (of, part + 1),
                            invited // cut + (part < invited % cut)))
for row in sorted(out, key=lambda r: r[0]):
    print(*row, sep=',')
