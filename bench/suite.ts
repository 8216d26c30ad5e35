// Runs one suite, and prints its tables as JSON: bench/main.ts gives each suite a process of its own.
import { type Measured, measure } from './measure.ts';
import { SUITES } from './suites.ts';
import { warmUp } from './warm-up.ts';

const load = SUITES[process.argv[2] ?? ''];
if (load === undefined) throw new Error(`There is no suite ${process.argv[2]}`);
await warmUp();
const measured: Measured[] = [];
for (const table of await load()) measured.push({ table, timings: await measure(table.rows()) });
console.log(JSON.stringify(measured));
// Whatever a suite left open, its work is done.
process.exit();
