/** The styles of the panel. They live in its shadow root: the app's styles do not reach it, and these do not reach the app. */

export const styles: string = `
:host { all: initial !important; display: block !important; }
.root {
  color-scheme: light dark;
  --back: light-dark(#ffffff, #151b22);
  --sunken: light-dark(#f3f5f8, #0e1319);
  --line: light-dark(#d3dae2, #303b47);
  --edge: light-dark(#76838f, #76879a);
  --text: light-dark(#1a2530, #e5ecf3);
  --quiet: light-dark(#51606f, #9fb0c0);
  --accent: light-dark(#0a5fb8, #79b8ff);
  --tint: light-dark(#e4effa, #17304a);
  --good: light-dark(#117a43, #56cf8b);
  --busy: light-dark(#a35200, #f2ae57);
  --bad: light-dark(#b3261e, #ff8f85);
  --idle: light-dark(#6b7885, #8a9aaa);
  --mono: ui-monospace, "SFMono-Regular", "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace;
  color: var(--text);
  font: 13px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
}
.root[data-theme="light"] { color-scheme: light; }
.root[data-theme="dark"] { color-scheme: dark; }
* { box-sizing: border-box; }
p, dl, dd, ol, h3, pre { margin: 0; padding: 0; }
.room { max-height: calc(100dvh - 24px); }
ol { list-style: none; }
code, pre, .list, .number, time { font-family: var(--mono); font-size: 12px; font-variant-numeric: tabular-nums; }
button, input, select { font: inherit; color: inherit; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.quiet { color: var(--quiet); }

.pill, .panel { position: fixed; z-index: 2147483000; border: 1px solid var(--edge); background: var(--back); color: var(--text); }
.pill {
  right: 12px; bottom: 12px; display: flex; align-items: center; gap: 8px; height: 32px; padding: 0 12px 0 10px;
  border-radius: 16px; box-shadow: 0 2px 8px rgb(0 0 0 / 0.2); cursor: pointer;
}
.pill:hover { background: var(--sunken); }
.dot { flex: none; width: 10px; height: 10px; border-radius: 50%; background: var(--phase, var(--idle)); }
.band { fill: var(--phase, var(--idle)); }
[data-phase="connected"] { --phase: var(--good); }
[data-phase="connecting"], [data-phase="attempting"] { --phase: var(--busy); }
[data-phase="waiting"] { --phase: var(--bad); }

.panel { display: flex; flex-direction: column; overflow: hidden; container-type: inline-size; }
.panel:focus { outline: none; }
.panel[data-placement="floating"] {
  right: 12px; bottom: 12px; max-width: calc(100vw - 24px); max-height: calc(100dvh - 24px);
  border-radius: 10px; box-shadow: 0 8px 32px rgb(0 0 0 / 0.3);
}
.panel[data-placement="docked"] {
  left: 0; right: 0; bottom: 0; max-height: calc(100dvh - 24px); border-width: 1px 0 0;
  box-shadow: 0 -4px 16px rgb(0 0 0 / 0.15);
}
.resizer { position: absolute; z-index: 1; touch-action: none; }
.resizer:hover, .resizer:focus-visible { background: var(--accent); outline: none; }
.resizer[data-edge="top"] { inset: 0 0 auto; height: 5px; cursor: ns-resize; }
.resizer[data-edge="left"] { inset: 0 auto 0 0; width: 5px; cursor: ew-resize; }

button, select, input { min-height: 26px; border: 1px solid var(--line); border-radius: 6px; background: var(--back); }
button { padding: 0 9px; cursor: pointer; white-space: nowrap; }
button:hover:not(:disabled) { border-color: var(--edge); background: var(--sunken); }
button:disabled { color: var(--quiet); cursor: default; opacity: 0.6; }
button[aria-pressed="true"] { border-color: var(--accent); background: var(--tint); color: var(--accent); }
button.icon { width: 26px; padding: 0; }
input { min-width: 0; padding: 0 8px; border-color: var(--edge); }
select { padding: 0 4px; }

header { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; padding: 10px 12px 8px; }
.status { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; margin-right: auto; }
.status .number { color: var(--quiet); }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: 4px; }
.copied { color: var(--good); }
.copied:empty { display: none; }

.pictures { position: relative; display: flex; gap: 16px; padding: 0 12px 8px; }
.timeline { flex: 3; min-width: 0; }
.rate { flex: 1; min-width: 96px; }
.picture { display: block; width: 100%; height: 44px; overflow: visible; }
.ground { stroke: var(--line); }
.mark path { stroke: var(--text); stroke-width: 1.5; fill: none; }
.mark line { stroke: var(--text); stroke-opacity: 0.5; stroke-dasharray: 2 2; }
.mark[data-kind="missed"] path { fill: var(--bad); stroke: var(--bad); }
.mark[data-kind="lost"] path { stroke: var(--bad); stroke-width: 2; }
.mark[data-kind="resumed"] path { stroke: var(--good); stroke-width: 2.5; }
.mark[data-kind="asked"] path { fill: var(--accent); stroke: var(--back); }
.timeline-head { display: flex; align-items: center; gap: 10px; min-height: 22px; margin-bottom: 2px; color: var(--quiet); font-size: 11px; }
.timeline-head select { min-height: 20px; padding: 0 2px; color: var(--text); }
.legend { display: flex; flex-wrap: wrap; gap: 0 10px; }
.legend > span { display: flex; gap: 5px; align-items: center; }
.legend .dot { width: 8px; height: 8px; border-radius: 2px; }
.axis { display: flex; justify-content: space-between; color: var(--quiet); }
.axis time { font-size: 11px; line-height: 16px; }
.sparkline { display: block; width: 100%; height: 30px; overflow: visible; }
.area { fill: var(--tint); }
.line { fill: none; stroke: var(--accent); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.rate p { font-size: 11px; line-height: 14px; color: var(--quiet); white-space: nowrap; }
.rate .rate-now { color: var(--text); }

.views { display: none; gap: 4px; padding: 0 12px 8px; }
.body { display: flex; flex: 1; min-height: 0; border-top: 1px solid var(--line); }
.banner { padding: 4px 12px; background: var(--tint); }
.report-form { display: flex; flex: 1; flex-direction: column; gap: 8px; min-height: 0; padding: 10px 12px 12px; border-top: 1px solid var(--line); }
.report-form label { display: flex; flex: 1; flex-direction: column; gap: 6px; min-height: 0; }
.report-form textarea {
  flex: 1; min-height: 60px; padding: 8px; border: 1px solid var(--edge); border-radius: 6px; background: var(--sunken);
  color: inherit; font: 12px/1.45 var(--mono); resize: none;
}
.report-form [type="file"] { flex: 1 1 180px; max-width: 320px; padding: 3px; border: 0; }
.problem { color: var(--bad); }
.problem:empty { display: none; }

.side { display: flex; flex: none; flex-direction: column; width: 318px; border-right: 1px solid var(--line); }
.side-switch { display: flex; gap: 4px; padding: 6px 12px; }
.names { flex: 1; min-height: 0; overflow: hidden auto; padding-bottom: 8px; }
.names table { width: 100%; border-collapse: collapse; table-layout: fixed; }
.names th, .names td { padding: 0 3px; height: 26px; font-weight: 400; text-align: right; white-space: nowrap; }
.names thead th { position: sticky; top: 0; z-index: 1; height: 38px; background: var(--back); color: var(--quiet); font-size: 12px; }
.names th:first-child { padding-left: 12px; text-align: left; }
.names th:nth-child(2) { width: 44px; }
.names th:nth-child(3) { width: 42px; }
.names th:nth-child(4) { width: 40px; }
.names th:nth-child(5) { width: 58px; }
.names td:last-child { padding-right: 12px; }
.names p { padding: 6px 12px 0; }
.names button { min-height: 22px; }
.name-only { max-width: 100%; margin-left: -7px; padding: 0 6px; overflow: hidden; border-color: transparent; background: none; font: 12px/20px var(--mono); text-overflow: ellipsis; }
.mute { padding: 0 5px; border-color: transparent; background: none; color: var(--quiet); font-size: 11px; }
[data-muted="true"] :is(.name-only, .number) { color: var(--quiet); text-decoration: line-through; }
.channels { display: flex; flex: 1; flex-direction: column; min-height: 0; }
.side-switch + .channels .filters { padding-top: 0; }
.channels > p:last-child { padding: 4px 12px; }
.channels .list > p { padding: 6px 12px; }
.refusals { border-color: var(--bad); color: var(--bad); }
.channel-head { display: flex; gap: 8px; align-items: end; padding: 0 12px 4px; border-bottom: 1px solid var(--line); font-size: 12px; }
.channel-head :first-child { flex: 1; min-width: 0; }
.figure { flex: none; width: 42px; text-align: right; }
.channel {
  position: absolute; inset: 0 0 auto; display: flex; flex-wrap: wrap; align-content: center; gap: 0 8px; height: 44px;
  padding: 0 12px; white-space: nowrap; cursor: pointer; contain: strict;
}
.channel:hover, .channel[data-look="active"] { background: var(--back); }
.list:focus-visible .channel[data-look="active"] { outline: 2px solid var(--accent); outline-offset: -2px; }
.channel[aria-selected="true"] { background: var(--tint); }
.channel .dot, .channel-note .dot { align-self: center; width: 8px; height: 8px; }
.channel-name { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; }
.channel-state {
  flex: 0 0 100%; padding-left: 16px; overflow: hidden; color: var(--quiet); font: 11px/16px system-ui, sans-serif;
  text-overflow: ellipsis;
}
[data-stage="joined"] { --phase: var(--good); }
:is([data-stage="joining"], [data-stage="postponed"], [data-stage="waiting"]) { --phase: var(--busy); }
[data-stage="refused"] { --phase: var(--bad); }
[data-stage="refused"] :is(.channel-name, .channel-state) { color: var(--bad); }
.channel-note { display: flex; gap: 8px; padding: 0 12px 6px; font-size: 12px; overflow-wrap: anywhere; }
.channel-note[data-stage="refused"] { color: var(--bad); }
.messages { display: flex; flex: 1; flex-direction: column; min-width: 0; }
.filters { display: flex; flex-wrap: wrap; align-items: center; gap: 4px; padding: 6px 12px; }
.filters input { flex: 1 1 110px; max-width: 260px; }
.filters .number { margin-left: auto; }
.tools .primary { border-color: var(--accent); background: var(--tint); color: var(--accent); }
.list-frame { position: relative; display: flex; flex: 1; min-height: 72px; }
.newest { position: absolute; right: 16px; bottom: 8px; border-color: var(--accent); background: var(--tint); color: var(--accent); box-shadow: 0 2px 8px rgb(0 0 0 / 0.2); }
.only { border-color: var(--accent); background: var(--tint); color: var(--accent); max-width: 100%; overflow: hidden; text-overflow: ellipsis; }
.list { position: relative; flex: 1; overflow: hidden auto; overflow-anchor: none; background: var(--sunken); }
.list:focus-visible { outline-offset: -2px; }
.row {
  position: absolute; inset: 0 0 auto; display: flex; gap: 8px; height: 24px; padding: 0 12px; line-height: 24px;
  white-space: nowrap; cursor: pointer; contain: strict;
}
.row:hover { background: var(--back); }
.row[aria-selected="true"] { background: var(--tint); }
.time, .tag, .glance { color: var(--quiet); }
.sign { flex: none; width: 12px; text-align: center; color: var(--good); }
.name { flex: none; width: clamp(84px, 24%, 200px); overflow: hidden; text-overflow: ellipsis; }
.tag { flex: none; min-width: 5ch; }
.glance { overflow: hidden; text-overflow: ellipsis; }
.row[data-look="out"] .sign { color: var(--accent); }
.row[data-look="life"] :is(.sign, .name), .row[data-look="duplicate"] :is(.sign, .name) { color: var(--busy); }
.row:is([data-look="notice"], [data-look="error"], [data-look="refused"]) :is(.sign, .name) { color: var(--bad); }

.payload { display: flex; flex-direction: column; flex: 1; min-height: 96px; border-top: 1px solid var(--line); }
.payload-head { display: flex; align-items: center; gap: 6px; padding: 4px 12px; }
.payload-head p { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.payload pre { flex: 1; min-height: 0; overflow: auto; padding: 4px 12px 10px; white-space: pre-wrap; overflow-wrap: anywhere; }
.payload pre:focus-visible, .facts:focus-visible { outline-offset: -2px; }

.facts {
  flex: none; width: 270px; overflow: auto; display: flex; flex-direction: column; gap: 8px; padding: 8px 12px 12px;
  border-left: 1px solid var(--line); overflow-wrap: anywhere;
}
h3 { font-size: 12px; font-weight: 600; color: var(--quiet); }
.figures > div { display: flex; justify-content: space-between; gap: 12px; padding: 1px 0; }
dt { flex: none; color: var(--quiet); }
dd { text-align: right; }
.moments { display: grid; gap: 3px; font-size: 12px; }
.moments time { color: var(--quiet); }

@container (max-width: 980px) {
  .views { display: flex; }
  .views :is([data-name="names"], [data-name="channels"]) { display: none; }
  [data-view="connection"] :is(.messages, .side), .facts { display: none; }
  [data-view="connection"] .facts { display: flex; width: auto; flex: 1; border: 0; }
}
@container (max-width: 620px) {
  .views :is([data-name="names"], [data-name="channels"]) { display: inline-block; }
  .side { flex: 1; width: auto; border: 0; }
  .side-switch { display: none; }
  .side-switch + .channels .filters { padding-top: 6px; }
  [data-view="messages"] .side, :is([data-view="names"], [data-view="channels"]) .messages { display: none; }
  .tools.main { order: 1; width: 100%; }
}
@container (max-width: 460px) {
  header { padding: 8px 12px 6px; }
  .tools.main button { flex: 1 0 30%; }
  .pictures { gap: 12px; }
  .rate { min-width: 92px; }
  .rate .rate-now { font-size: 10px; }
  .rate-most, .axis time:nth-child(even), .row .time { display: none; }
  .filters input { flex-basis: 100%; max-width: none; }
  .channels .filters input { flex-basis: 110px; }
  .views { flex-wrap: wrap; }
  .views button { flex: 1 0 auto; padding: 0 4px; }
}
@media (forced-colors: active) {
  .dot, .band { forced-color-adjust: none; }
}
`;
