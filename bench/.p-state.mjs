import { TopicRegistry } from './dist/index.js';
const N=Number(process.argv[2]??100000);
const alerts=new TopicRegistry();const bare=new Map();
for(let i=0;i<N;i++){const id=`cpu:host=web-${i}`;bare.set(id,{level:'OK',time:new Date(0)});alerts.collect({topic:'cpu',id,level:'INFO'});}
const mk=level=>Array.from({length:1000},(_,i)=>({topic:'cpu',id:`cpu:host=web-${(i*7919)%N}`,level,previousLevel:'OK',message:'',details:'',time:new Date(1.7e12),duration:0,recoverable:true,noExternal:false,name:'cpu',taskName:'',group:'',category:'',tags:{},fields:{},series:null}));
const w=[mk('CRITICAL'),mk('WARNING')];
function t(f){const s=process.cpuUsage();f();const u=process.cpuUsage(s);return u.user+u.system}
const R=Number(process.argv[3]??300);
const one=()=>{for(let k=0;k<R;k++)for(const e of w[k%2])alerts.collect(e)};
const two=()=>{for(let k=0;k<R;k++)for(const {id,level,time} of w[k%2]){const s=bare.get(id);if(s){s.level=level;s.time=time}}};
for(let i=0;i<6;i++){one();two()}
const A=[],B=[];for(let i=0;i<40;i++){A.push(t(one)/R);B.push(t(two)/R)}
const m=a=>a.sort((x,y)=>x-y)[3];
console.log('tocsin',m(A).toFixed(1),'bare',m(B).toFixed(1),(m(A)/m(B)).toFixed(2));
