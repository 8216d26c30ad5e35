const N=Number(process.argv[2]??100000);
class Rec{constructor(id,level,time){this.id=id;this.level=level;this.message='';this.details='';this.ms=0.5;this.ns=0;this.d=0;this.dn=undefined}}
const bare=new Map(), recs=new Map();
const flat=s=>{Number(s);return s};
for(let i=0;i<N;i++){const id=flat(`cpu:host=web-${i}`);bare.set(id,{level:'OK',time:new Date(0)});recs.set(id,new Rec(id,'OK'))}
const mk=level=>Array.from({length:1000},(_,i)=>({topic:'cpu',id:flat(`cpu:host=web-${(i*7919)%N}`),level,previousLevel:'OK',message:'',details:'',time:new Date(1.7e12),duration:0,recoverable:true,noExternal:false,name:'cpu',taskName:'',group:'',category:'',tags:{},fields:{},series:null}));
const w=[mk('CRITICAL'),mk('WARNING')];
function t(f){const s=process.cpuUsage();f();const u=process.cpuUsage(s);return u.user+u.system}
const R=2000;let sink;
const tests={
bare:()=>{for(let k=0;k<R;k++)for(const {id,level,time} of w[k%2]){const s=bare.get(id);if(s){s.level=level;s.time=time}}},
getset:()=>{for(let k=0;k<R;k++)for(const {id,level,time} of w[k%2]){const s=bare.get(id);sink=s.level;bare.set(id,{level,time})}},
bareAlloc:()=>{for(let k=0;k<R;k++)for(const e of w[k%2]){const s=bare.get(e.id);if(s){s.level=e.level;s.time=e.time}sink={topic:e.topic,id:e.id,level:e.level,previousLevel:s.level,message:e.message,details:e.details,time:e.time,duration:e.duration,recoverable:e.recoverable,noExternal:e.noExternal,name:e.name,taskName:e.taskName,group:e.group,category:e.category,tags:e.tags,fields:e.fields,series:e.series}}},
rec:()=>{for(let k=0;k<R;k++)for(const e of w[k%2]){const s=recs.get(e.id);if(s){s.level=e.level;s.ms=e.time.getTime();s.message=e.message;s.details=e.details;s.d=e.duration}}},
recAlloc:()=>{for(let k=0;k<R;k++)for(const e of w[k%2]){const s=recs.get(e.id);if(s){s.level=e.level;s.ms=e.time.getTime();s.message=e.message;s.details=e.details;s.d=e.duration}sink={topic:e.topic,id:e.id,level:e.level,previousLevel:s.level,message:e.message,details:e.details,time:e.time,duration:e.duration,recoverable:e.recoverable,noExternal:e.noExternal,name:e.name,taskName:e.taskName,group:e.group,category:e.category,tags:e.tags,fields:e.fields,series:e.series}}},
};
for(const k in tests){tests[k]();tests[k]()}
const r={};for(let i=0;i<7;i++)for(const k in tests)(r[k]??=[]).push(t(tests[k])/R);
for(const k in r)console.log(k,r[k].sort((x,y)=>x-y)[3].toFixed(1));
