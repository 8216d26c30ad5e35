import { AlertRule } from './dist/index.js';
import { makePoints } from './data.mjs';
const mode=process.argv[2];
const templates={id:'{{ .Name }}/{{ index .Tags "host" }}',message:'{{ .ID }} is {{ .Level }}: {{ index .Fields "idle_usage" }}'};
const G=Number(process.argv[3]??100);
const pts=makePoints(G===100?1000:20000,G);
const groups=new Map();const critical=p=>p.fields.idle_usage< -1;
const opts=mode==='ok'?{groupBy:['host'],crit:'"idle_usage" < -1.0'}:{groupBy:['host'],crit:'"idle_usage" > -1.0',...templates,...(mode==='empty'?{details:''}:{})};
const rule=new AlertRule(opts);
const one=()=>{for(const p of pts)rule.observe(p)};
const two=()=>{for(const point of pts){const host=point.tags?.host??'';let g=groups.get(host);if(g===undefined){g={level:0,time:point.time};groups.set(host,g)}if(critical(point))g.level=3;g.time=point.time}};
function t(f){const s=process.cpuUsage();f();const u=process.cpuUsage(s);return (u.user+u.system)*1000/pts.length/50}
const f1=()=>{for(let i=0;i<50;i++)one()},f2=()=>{for(let i=0;i<50;i++)two()};
f1();f2();f1();f2();
const A=[],B=[];for(let i=0;i<(G===100?40:6);i++){A.push(t(f1));B.push(t(f2))}
const m=a=>a.sort((x,y)=>x-y)[a.length>>2];
console.log(mode,G,m(A).toFixed(1),m(B).toFixed(1),(m(A)/m(B)).toFixed(2));
