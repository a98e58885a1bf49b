import { html } from './html.ts';

/**
 * The look of a report. Blue and orange are those of Okabe and Ito (2008), which colour-blind people tell apart; what is only trained is
 * dashed besides. Widths follow the screen; on paper the page is light and everything is opened.
 */
export const style = html`
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --ink: #1b1f27; --muted: #5c6573; --rule: #dfe3e9; --train: #0068a8; --val: #b84a00;
  --right: #2f86c5; --wrong: #e07020; --bad: #a83a00; }
@media (prefers-color-scheme: dark) { :root { --page: #12151b; --card: #1b2029; --ink: #e8ebf0; --muted: #9aa5b5; --rule: #323a47; --train: #5bb3ec; --val: #f0a04a;
  --right: #2f7ab5; --wrong: #c4641c; --bad: #ffab6b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { overflow-wrap: anywhere; max-width: 1180px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 19px; margin: 0 0 12px; } h3 { font-size: 15px; margin: 16px 0 8px; }
p { margin: 0 0 10px; } code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; } pre { margin: 0 0 10px; overflow-x: auto; }
.muted { color: var(--muted); font-size: 13.5px; } .bad { color: var(--bad); } .sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.status { display: inline-block; padding: 1px 9px; border: 1px solid; border-radius: 99px; font-size: 13px; vertical-align: 4px; margin-left: 8px; }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 20px 22px; margin-top: 20px; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 8px 32px; } .grid > * { min-width: 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 20px 0 0; }
.cards div { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 12px 16px; }
.cards dt { color: var(--muted); font-size: 13px; overflow-wrap: anywhere; } .cards dd { margin: 0; font-size: 22px; line-height: 1.3; font-variant-numeric: tabular-nums; } .cards small { display: block; font-size: 13px; color: var(--muted); }
.fact { display: inline-block; margin-right: 20px; } .fact b { font-size: 17px; }
figure { margin: 0 0 12px; } .chart figcaption { font-weight: 600; display: flex; flex-wrap: wrap; gap: 4px 14px; align-items: baseline; } .chart figcaption .muted { font-weight: 400; }
.chart svg[role] { display: block; width: 100%; height: auto; overflow: visible; } .square { max-width: 360px; }
.legend { margin-left: auto; display: flex; gap: 14px; font-weight: 400; font-size: 13px; color: var(--muted); } .key { width: 24px; height: 8px; margin-right: 6px; }
.grid path, path.grid { stroke: var(--rule); } path { fill: none; } path.line { stroke-width: 2; stroke-linejoin: round; } path.mark { stroke: var(--muted); stroke-dasharray: 2 3; }
.grid path.line.training, path.line.training { stroke: var(--train); stroke-width: 1.6; stroke-dasharray: 6 3; } .grid path.line.validation, path.line.validation { stroke: var(--val); stroke-width: 2.4; } .grid path.mark { stroke: var(--muted); }
.dot.training { fill: var(--card); stroke: var(--train); stroke-width: 1.5; } .dot.validation { fill: var(--val); } .point { fill: var(--train); fill-opacity: .55; } .hover { fill: transparent; } .hover:hover { fill: var(--muted); fill-opacity: .1; }
path.line.alone { stroke: var(--train); stroke-width: 2; } .grid path.line.alone { stroke: var(--train); } .dot.alone { fill: var(--train); }
.halo { paint-order: stroke; stroke: var(--card); stroke-width: 5px; } .tick { font-size: 12px; fill: var(--muted); font-variant-numeric: tabular-nums; } .end { text-anchor: end; } .middle { text-anchor: middle; }
.scroll { overflow-x: auto; position: relative; } table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; } th, td { padding: 3px 10px; text-align: right; white-space: nowrap; } th { font-weight: 600; }
.numbers, .facts { width: 100%; } .numbers tbody tr, .facts tr { border-top: 1px solid var(--rule); } thead th { color: var(--muted); font-weight: 400; } tbody th, .facts th, .facts td { text-align: left; } .facts th { font-weight: 400; color: var(--muted); width: 40%; } .facts th, .facts td { white-space: normal; overflow-wrap: anywhere; vertical-align: top; }
td.bar { width: 90px; padding: 3px 4px; } td.bar i { display: block; height: 9px; border-radius: 2px; background: var(--right); }
.confusion td { text-align: center; min-width: 32px; border: 1px solid var(--card); } .confusion th { text-align: center; } .confusion tbody th { text-align: right; } .confusion .axis { color: var(--muted); font-weight: 400; font-size: 12.5px; }
.turned thead th span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 12em; overflow: hidden; text-overflow: ellipsis; } .confusion tbody th, .numbers tbody th { max-width: 16em; overflow: hidden; text-overflow: ellipsis; } .confusion td, .confusion th { padding: 3px 5px; }
td.none { color: var(--muted); opacity: .45; } td.right { background: color-mix(in srgb, var(--right) calc(8% + var(--share) * 42%), transparent); } td.wrong { background: color-mix(in srgb, var(--wrong) calc(14% + var(--share) * 46%), transparent); font-weight: 600; }
.heat img { width: min(100%, 420px); height: auto; border: 1px solid var(--rule); } .pixels { image-rendering: pixelated; }
details .pictures { margin-top: 14px; } .pictures { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 16px; font-size: 13.5px; line-height: 1.35; } .pictures img { width: 112px; height: 112px; object-fit: contain; background: #808080; border-radius: 6px; display: block; margin-bottom: 6px; } .pictures li { overflow-wrap: anywhere; } .pictures .muted { font-size: 12.5px; }
details { margin-top: 10px; } summary { cursor: pointer; color: var(--muted); } summary:focus-visible, a:focus-visible { outline: 2px solid var(--train); outline-offset: 2px; } a { color: var(--train); }
@media (max-width: 560px) { td.bar, th.bar { display: none; } .confusion td, .confusion th { padding: 3px 2px; min-width: 24px; font-size: 12.5px; } .numbers th, .numbers td { padding: 3px 7px; } main { padding: 20px 12px 40px; } section { padding: 16px 14px; } .tick { font-size: 14px; } .pictures { grid-template-columns: repeat(auto-fill, minmax(128px, 1fr)); } .cards dd { font-size: 19px; } .cards { grid-template-columns: repeat(2, 1fr); } }
@media print { :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --muted: #444; --rule: #ccc; --train: #0068a8; --val: #b84a00; } body { font-size: 11pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; } main { padding: 0; max-width: none; } section { break-inside: auto; border: 0; padding: 8px 0; } figure, tr, li { break-inside: avoid; } summary { display: none; } }
`;
