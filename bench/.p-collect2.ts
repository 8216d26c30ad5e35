import { measure } from './measure.ts';
const { collectTables } = await import("./suites/collect.ts");
const [a,b,c]=collectTables();
for (const t of process.argv[2]==='rev'?[b,a,c,a]:[a,b,c,a]) console.log(t.title, (await measure(t.rows)).map(x=>x.nanoseconds.toFixed(0)).join(' '));
