import { measure } from './measure.ts';
import { ruleTables } from './suites/rule.ts';
const t=ruleTables();
for (const k of (process.argv[2]??'0,1,1').split(',')) console.log(t[+k].title, (await measure(t[+k].rows())).map(x=>x.nanoseconds.toFixed(0)).join(' '));
