import { html } from '../html.ts';

/** What the report of a recipe has beside the look of all reports. The colours of layers are those of Okabe and Ito (2008). */
export const compressionStyle = html`
.part0 { fill: #0072b2; background: #0072b2; } .part1 { fill: #e69f00; background: #e69f00; } .part2 { fill: #009e73; background: #009e73; } .part3 { fill: #cc79a7; background: #cc79a7; }
.part4 { fill: #56b4e9; background: #56b4e9; } .part5 { fill: #d55e00; background: #d55e00; } .part6 { fill: #a39a2f; background: #a39a2f; } .part7 { fill: #8a93a1; background: #8a93a1; }
.parts { display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 13px; color: var(--muted); margin: 4px 0 0; } .parts i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 6px; }
.step { fill: var(--train); stroke: var(--card); stroke-width: 2; } .step.undone { fill: var(--card); stroke: var(--muted); stroke-dasharray: 3 2; } .number { font-size: 11px; font-weight: 600; fill: var(--card); } .number.undone { fill: var(--muted); }
.steps tbody th { font-weight: 400; } .steps th:nth-child(2), .layers th:first-child { text-align: left; } .steps tbody td:first-child { color: var(--muted); } .steps tbody th.tuned { padding-left: 26px; color: var(--muted); } .steps tr.undone { color: var(--muted); text-decoration: line-through; } .steps td:last-child, .steps th:last-child { text-align: left; }
.layers td, .layers th { padding: 3px 6px; } .chart figcaption + svg { margin-top: 6px; } .layers td:last-child, .layers th:last-child { text-align: left; } tfoot tr { border-top: 2px solid var(--rule); font-weight: 600; } tfoot th { text-align: left; }
`;
