import { chromium } from "playwright-core";
import { readFileSync, readdirSync, mkdirSync } from "node:fs";
const [,, folder, out, width, seg, cols, scale, filter] = process.argv;
const b = await chromium.launch({executablePath:"/usr/bin/chromium",args:["--no-sandbox","--disable-gpu"]});
mkdirSync(out,{recursive:true});
const files = readdirSync(folder).filter(f=>!filter||new RegExp(filter).test(f)).sort();
const pieces=[];
for (const f of files){ const d=readFileSync(folder+"/"+f); const h=d.readUInt32BE(20); for(let y=0;y<h;y+=+seg) pieces.push([f,y,d.toString("base64")]); }
const W=+width,S=+seg,C=+cols,K=+scale;
for(let i=0,n=0;i<pieces.length;i+=C,n++){
  const html=pieces.slice(i,i+C).map(([f,y,d])=>`<div style="width:${W*K}px;height:${S*K}px;overflow:hidden;position:relative;border-right:3px solid red;background:#ccc"><img src="data:image/png;base64,${d}" style="position:absolute;top:${-y*K}px;left:0;width:${W*K}px"></div>`).join("");
  const p=await b.newPage({viewport:{width:Math.ceil((W*K+3)*C),height:Math.ceil(S*K)}});
  await p.setContent(`<body style="margin:0;display:flex">${html}`);
  await p.screenshot({path:`${out}/${String(n).padStart(2,"0")}.png`}); await p.close();
}
console.log(files.length,pieces.length); await b.close();
