/** The page's look: light and dark, narrow and wide, paper. Colours keep a contrast of 4.5:1 against what is below. */
export const look = `
:root{color-scheme:light dark;--bg:#f6f7f9;--box:#fff;--ink:#1b2330;--soft:#566072;--line:#dfe3ea;--code:#eff2f6;--accent:#2456c9;
--good:#116b3c;--goodbg:#dcf3e6;--bad:#b3182b;--badbg:#fde4e6;--warn:#855100;--warnbg:#fdefd3;--mute:#4d586a;--mutebg:#e8ebf0;
--fix:#e6e2fb;--adr:#d8eaff;--tlv:#ffe9c9;--sub:#dff3e4}
@media (prefers-color-scheme:dark){:root{--bg:#12161d;--box:#1a202a;--ink:#e7ebf2;--soft:#a2adbe;--line:#2d3644;--code:#10141b;--accent:#8fb4ff;
--good:#6fdba0;--goodbg:#143726;--bad:#ff9aa5;--badbg:#481b23;--warn:#f5c26b;--warnbg:#43310f;--mute:#b6c0cf;--mutebg:#2a3342;
--fix:#35305c;--adr:#1d3f66;--tlv:#573f16;--sub:#1d4a2d}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
code,pre,.ms,.off{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.87em}
main,header,footer{max-width:1120px;margin:0 auto;padding:0 20px}
header{padding-top:28px}
h1{font-size:1.65rem;line-height:1.2;margin:0;display:flex;gap:14px;align-items:center;flex-wrap:wrap;letter-spacing:-.01em}
h2{font-size:1.12rem;margin:0;display:flex;gap:10px;align-items:baseline;flex-wrap:wrap}
h4{font-size:.74rem;margin:0 0 4px;color:var(--soft);text-transform:uppercase;letter-spacing:.06em}
p{margin:0 0 6px}
a{color:var(--accent)}
.soft{color:var(--soft);font-weight:400;font-size:.92em}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--box);padding:8px;z-index:2}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
.verdict{font-size:.95rem;font-weight:650;padding:4px 14px;border-radius:99px;letter-spacing:0}
.chips{display:flex;gap:8px;flex-wrap:wrap;margin:16px 0 6px;padding:0;list-style:none}
.chips li{background:var(--box);border:1px solid var(--line);border-radius:10px;padding:6px 12px;font-size:.9rem}
.chips b{font-size:1.1rem;margin-right:4px}
.env code{overflow-wrap:anywhere}.env{color:var(--soft);font-size:.9rem;margin:8px 0 0}
section{background:var(--box);border:1px solid var(--line);border-radius:14px;padding:18px 20px;margin:18px 0}
.filters{display:flex;gap:8px 16px;flex-wrap:wrap;align-items:center;position:sticky;top:0;z-index:1;background:var(--bg);padding:10px 0;margin-top:10px}
.filters label{display:inline-flex;gap:6px;align-items:center;cursor:pointer}
.filters input[type=search]{flex:1 1 190px;padding:7px 12px;font:inherit;color:inherit;background:var(--box);border:1px solid var(--line);border-radius:9px}
.filters input[type=checkbox]{width:16px;height:16px;accent-color:var(--accent)}
button{font:inherit;color:inherit;background:var(--box);border:1px solid var(--line);border-radius:9px;padding:6px 12px;cursor:pointer}
.scroll{overflow-x:auto;margin-top:12px}
.matrix{border-collapse:collapse;width:100%}
.matrix th{font-weight:600;text-align:left;padding:7px 14px 7px 0;white-space:nowrap;vertical-align:top}
.matrix thead th{color:var(--soft);font-size:.82rem;font-weight:500;white-space:normal}
.matrix td{padding:5px 10px 5px 0;min-width:94px}
.matrix tbody tr{border-top:1px solid var(--line)}
.tile{display:inline-grid;place-items:center;width:24px;height:24px;border-radius:6px;margin:1px 4px 1px 0;text-decoration:none;font-size:.8rem;font-weight:700}
.tile:hover{filter:brightness(.93)}
.passed{background:var(--goodbg);color:var(--good)}
.failed,.unknown{background:var(--badbg);color:var(--bad)}
.deviation,.non-strict,.flaky{background:var(--warnbg);color:var(--warn)}
.skipped{background:var(--mutebg);color:var(--mute)}
.tile.failed,.tile.unknown{box-shadow:inset 0 0 0 2px var(--bad)}
.fold>summary{cursor:pointer;list-style:none;display:flex;gap:10px;align-items:baseline}.fold>summary h2{flex:1}
.fold>summary::before{content:"▸";color:var(--soft);font-size:.8em}.fold[open]>summary::before{content:"▾"}.fold[open]>summary{margin-bottom:8px}
h3{font-size:1rem;margin:0 0 4px;overflow-wrap:anywhere}
.case{border-top:1px solid var(--line)}
.case summary{display:flex;gap:10px;align-items:baseline;padding:9px 2px;cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
.case>summary::before,.file>summary::before,.art>summary::before{content:"▸";color:var(--soft);font-size:.8em;width:.9em;flex:none}
details[open]>summary::before{content:"▾"}
.case>summary:hover{background:var(--code)}
.sym{display:inline-grid;place-items:center;width:20px;height:20px;border-radius:5px;font-size:.74rem;font-weight:700;flex:none}
.title{flex:1}
.tag{font-size:.78rem;font-weight:600;border-radius:99px;padding:1px 9px;white-space:nowrap}
.ms{color:var(--soft);white-space:nowrap}
.body{padding:4px 0 16px 30px;display:flow-root}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(210px,1fr));gap:12px;margin:4px 0 14px}
.card{border:1px solid var(--line);border-radius:10px;padding:10px 14px;overflow-wrap:anywhere}
.card.bad{border-color:var(--bad);background:var(--badbg)}.card.bad h4,.card.bad .soft{color:var(--bad)}
.card.good{border-color:var(--good)}
.card p:last-child{margin:0}
section>.likely{margin-top:10px}.likely{border-left:4px solid var(--bad);padding:2px 0 2px 14px;margin:0 0 14px}
ul{margin:0 0 8px;padding-left:20px}.likely ul{padding-left:0;list-style:none;margin:0}
.again code{background:var(--code);border:1px solid var(--line);border-radius:7px;padding:3px 9px;user-select:all;overflow-wrap:anywhere}
figure{margin:0 0 16px}
figcaption{margin-bottom:8px}
.hdr ol{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:5px}
.hdr li{display:flex;flex-direction:column;border-radius:8px;padding:5px 10px 6px;line-height:1.35;max-width:100%;overflow-wrap:anywhere}
.hdr li b{font-size:.82rem}.hdr li span:last-child{font-size:.88rem}
.hdr code{font-size:.84rem;letter-spacing:.02em}
.off{font-size:.72rem;opacity:.85}
.fix{background:var(--fix)}.adr{background:var(--adr)}.tlv{background:var(--tlv)}.sub{background:var(--sub);border-bottom:3px double var(--good)}.raw{background:var(--mutebg)}
.plot svg{width:100%;max-width:800px;height:auto;display:block}
.plot text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--soft)}
.plot .grid{stroke:var(--line)}.plot .mark{stroke:var(--soft);stroke-dasharray:2 2}.plot polyline{fill:none}.plot polyline,.plot td svg line,.plot th svg line{stroke-width:2;stroke-linejoin:round}
.s0{stroke:var(--accent)}.s1{stroke:var(--bad)}.s2{stroke:var(--good)}.s3{stroke:var(--warn)}.s4{stroke:var(--ink)}.s5{stroke:var(--soft)}
.plot table{border-collapse:collapse;font-size:.9rem}.plot th,.plot td{padding:3px 14px 3px 0;text-align:right;white-space:nowrap;font-weight:400}
.plot thead th{color:var(--soft)}.plot tbody th{text-align:left}.plot tbody tr{border-top:1px solid var(--line)}
.plot th svg{display:inline-block;width:44px;margin-right:8px;vertical-align:middle}
.plot,.seq{overflow-x:auto}.plot>svg,.seq>svg{min-width:560px}
.seq svg{width:100%;max-width:800px;height:auto;display:block}
.seq text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--ink)}
.seq .time{fill:var(--soft);font-size:11px}
.seq .lane rect{fill:var(--code);stroke:var(--line)}.seq .lane line{stroke:var(--line);stroke-width:2}.seq .lane text{font-weight:600}
.ev line{stroke:var(--accent);stroke-width:1.7}.ev polygon,.ev circle{fill:var(--accent)}
.ev.bad line{stroke:var(--bad);stroke-dasharray:5 3}.ev.bad polygon,.ev.bad circle,.ev.bad text:not(.time){fill:var(--bad)}
pre{background:var(--code);border:1px solid var(--line);border-radius:10px;padding:10px 14px;margin:0 0 12px;overflow-x:auto;line-height:1.45}pre.log{white-space:pre-wrap;overflow-wrap:anywhere}
.steps{display:none;list-style:none;margin:0;padding:0}.steps li{padding:3px 0;border-top:1px solid var(--line);overflow-wrap:anywhere}.steps .bad{color:var(--bad)}
.words{color:var(--soft)}
.files{margin-top:10px;border-top:1px solid var(--line);padding-top:6px}
.file summary,.art summary{display:flex;gap:8px;align-items:baseline;cursor:pointer;padding:5px 2px;list-style:none}
.ln{display:inline-block;width:2.4em;margin-right:1em;text-align:right;color:var(--soft);user-select:none}
mark{background:var(--badbg);color:var(--ink);box-shadow:inset 4px 0 0 var(--bad);display:inline-block;min-width:100%}
.note{display:block;color:var(--bad);padding-left:3.4em;white-space:pre-wrap}
footer{color:var(--soft);font-size:.87rem;padding-top:4px;padding-bottom:36px}
[hidden]{display:none!important}
@media (max-width:640px){.seq>svg{display:none}.steps{display:block}pre{white-space:pre-wrap;overflow-wrap:anywhere}main,header,footer{padding:0 10px}.scroll{overflow-x:visible}.matrix,.matrix tbody,.matrix tr,.matrix th,.matrix td{display:block}.matrix thead{display:none}.matrix th[scope=row]{white-space:normal;overflow-wrap:anywhere;padding:9px 0 2px}.matrix td{padding:2px 0 6px;min-width:0}.matrix td[data-with]:not([data-with=""])::before{content:attr(data-with);display:block;color:var(--soft);font-size:.82rem;overflow-wrap:anywhere}.case summary code,.case summary .ms,.env{overflow-wrap:anywhere;white-space:normal}.filters{position:static}.body{padding-left:4px}section{padding:14px 12px}.case summary{flex-wrap:wrap}.case summary .title{flex-basis:100%;order:1}}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
.case{scroll-margin-top:64px}
@media print{.seq>svg{display:block}.steps{display:none}.fold>summary::before{content:none}:root{--bg:#fff;--box:#fff;--ink:#000;--soft:#444;--line:#bbb;--code:#f4f4f4}.filters,.skip{display:none}section{border:0;padding:0}.case,figure,.file{break-inside:avoid}pre{white-space:pre-wrap}.matrix td{min-width:64px}.matrix th{padding-right:8px}*{print-color-adjust:exact}}
`.trim()
