// Fails when something that can be counted has grown:
//   npm run bench:guard
// With --json it only prints what it counted.
import { counts } from './counts.ts';

const counted = await counts();
const json = process.argv.includes('--json');
if (json) console.log(JSON.stringify(counted));
let failed = false;
for (const { name, unit, value, bound } of json ? [] : counted) {
  const fits = value <= bound;
  failed ||= !fits;
  console.log(`${fits ? 'ok  ' : 'FAIL'} ${name}: ${value.toFixed(1)} ${unit}, at most ${bound}`);
}
if (failed) process.exitCode = 1;
