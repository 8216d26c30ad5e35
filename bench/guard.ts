// Fails when something that can be counted has grown:
//   npm run bench:guard
import { counts } from './counts.ts';

let failed = false;
for (const { name, unit, value, bound } of await counts()) {
  const fits = value <= bound;
  failed ||= !fits;
  console.log(`${fits ? 'ok  ' : 'FAIL'} ${name}: ${value.toFixed(1)} ${unit}, at most ${bound}`);
}
if (failed) process.exitCode = 1;
