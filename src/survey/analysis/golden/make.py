"""Makes the synthetic wave of the golden test: records.csv. Run: python3 make.py"""
import random
r = random.Random(20261123)
AGES = ['18-29', '30-39', '40-49', '50-59', '60up']
rows = []
for stratum, units in (('140302-urban', 6), ('140302-rural', 6)):
    rural = stratum.endswith('rural')
    for u in range(1, units + 1):
        effect = r.gauss(0, 0.25)
        # one unit of the rural stratum has fewer than 20 respondents
        size = 14 if rural and u == 4 else r.randint(38, 52)
        for _ in range(size):
            sex = 'male' if r.random() < (0.55 if rural else 0.45) else 'female'
            # few old women answer in this county: the cell is collapsed
            weights = [16, 20, 20, 22, 22] if sex == 'male' else [22, 26, 24, 25, 3]
            age = r.choices(AGES, weights)[0]
            approve = 0.80 + 0.06 * (age == '60up') - 0.08 * (age == '18-29') + 0.05 * rural + effect * 0.2
            def scale():
                if r.random() < 0.03: return '9'
                if r.random() < 0.05: return '8'
                if r.random() < approve: return r.choice('112')
                return r.choice('334')
            rows.append([stratum, f'{stratum}-{u:02d}', '4', age, scale(), scale(), r.choice('123'), sex, int(r.random() < 0.06)])
        for _ in range(r.randint(2, 6)):
            rows.append([stratum, f'{stratum}-{u:02d}', '0', '', '', '', '', '', 0])
    # sent in without an answer
    rows.append([stratum, f'{stratum}-01', '4', '30-39', '', '', '', 'male', 0])
r.shuffle(rows)
with open('records.csv', 'w') as f:
    f.write('id,stratum,unit,s1,s2,q1,q2,q5,d1,flagged\n')
    for i, row in enumerate(rows):
        f.write(','.join(map(str, [i] + row)) + '\n')
