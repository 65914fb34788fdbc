"""Makes areas.csv, frame.csv and margins.csv of this folder. Run: python3 make.py

Real: names and codes of the counties, their populations at the 2020 census, names of the townships,
urban shares at the end of 2022. Everything else is made up or stands in, and says so in the files.
"""
import csv
from fractions import Fraction as F
from math import floor

# code, names, census 2020, urban share at the end of 2022 in percent
COUNTIES = [
    ('140302', '城区', 'Chengqu', 225443, F('99.45')),
    ('140303', '矿区', 'Kuangqu', 230691, F('100')),
    ('140311', '郊区', 'Jiaoqu', 275094, F('71.18')),
    ('140321', '平定县', 'Pingding', 306228, F('52.69')),
    ('140322', '盂县', 'Yu', 281049, F('50.21')),
]
TOWNSHIPS = {
    '140302': '上站街道 下站街道 北大街街道 南山路街道 义井街道 义井镇',
    '140303': '平潭街街道 蔡洼街道 赛鱼街道 沙坪街道 贵石沟街道 桥头街道',
    '140311': '荫营镇 河底镇 平坦镇 西南舁乡 杨家庄乡 李家庄乡 旧街乡',
    '140321': '冠山镇 冶西镇 锁簧镇 张庄镇 东回镇 柏井镇 娘子关镇 巨城镇 石门口乡 岔口乡',
    '140322': '秀水镇 孙家庄镇 路家村镇 南娄镇 牛村镇 苌池镇 上社镇 西烟镇 仙人乡 北下庄乡 梁家寨乡 西潘乡 东梁乡',
}
# Shanxi, 2020 census: people by age; 18 and 19 taken as two tenths of 10-19
SHANXI = {'18-29': F(3706545, 5) + 4516464, '30-39': F(5516931), '40-49': F(5252730),
          '50-59': F(5581433), '60up': F(3926038 + 1885798 + 711141 + 84048)}
SHANXI_ALL, SHANXI_MEN = 34915616, 17805148


def share(total, sizes):
    """total in proportion to sizes, by largest remainders."""
    exact = [F(total) * s / sum(sizes) for s in sizes]
    out = [floor(e) for e in exact]
    order = sorted(range(len(sizes)), key=lambda k: (-(exact[k] - out[k]), k))
    for k in order[:total - sum(out)]:
        out[k] += 1
    return out


areas = [('140300', 'city', '阳泉市', 'Yangquan', '')]
frame, margins = [], []
adult_share = sum(SHANXI.values()) / SHANXI_ALL
for code, zh, en, people, urban_share in COUNTIES:
    areas.append((code, 'county', zh, en, '140300'))
    towns = TOWNSHIPS[code].split()
    for t, town in enumerate(towns, 1):
        areas.append((f'{code}{t:03d}', 'township', town, f'{en} township {t:02d}', code))
    urban, rural = share(people, [urban_share, 100 - urban_share])
    # urban people live in communities of about 2,400, rural people in villages of about 1,100
    for residence, count, typical in (('urban', urban, 2400), ('rural', rural, 1100)):
        if not count:
            continue
        number = max(2, round(count / typical))
        # sizes between 0.6 and 1.4 of the mean, spread by multiples of the golden ratio
        sizes = share(count, [60 + (k * 618034 % 1000000) * 80 // 1000000 for k in range(1, number + 1)])
        for k, size in enumerate(sizes):
            t = k % len(towns) + 1
            serial = k // len(towns) + 1 + (0 if residence == 'urban' else 200)
            kind = '社区' if residence == 'urban' else '村'
            name = f'{towns[t - 1]}示例{serial % 200:02d}{kind}'
            frame.append((f'{code}{t:03d}{serial:03d}', name, code, residence, size, floor(size * adult_share)))
    adults = floor(people * adult_share)
    weights = [(sex, age, n * (SHANXI_MEN if sex == 'male' else SHANXI_ALL - SHANXI_MEN))
               for sex in ('male', 'female') for age, n in SHANXI.items()]
    for (sex, age, _), n in zip(weights, share(adults, [w for _, _, w in weights])):
        margins.append((code, sex, age, '', n))
    for residence, n in zip(('urban', 'rural'), share(adults, [urban, rural])):
        if n:
            margins.append((code, '', '', residence, n))

assert sum(row[4] for row in frame) == 1318505
NOTE = '合成数据(synthetic): 村居为虚构,区县人口为2020年普查数'
STAND_IN = '替代数据(stand-in): 山西省2020年普查年龄结构,非本县数据 (Shanxi 2020, not county data)'


def write(name, header, rows, note=None):
    with open(name, 'w', newline='', encoding='utf-8') as file:
        out = csv.writer(file, lineterminator='\n')
        out.writerow(header + (['#note'] if note else []))
        for row in sorted(rows):
            out.writerow(list(row) + ([note] if note else []))


write('areas.csv', ['code', 'level', 'name_zh', 'name_en', 'parent'], areas)
write('frame.csv', ['code', 'name', 'county', 'residence', 'size', 'addresses'], frame, NOTE)
write('margins.csv', ['county', 'sex', 'age', 'residence', 'population'], margins, STAND_IN)
