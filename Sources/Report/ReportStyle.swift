/// The page's style sheet. Colours of series: Okabe and Ito's palette, which readers with any
/// colour vision can tell apart, then wine and olive of Tol's; lighter in the dark.
enum ReportStyle {
  static let sheet: Markup = """
    :root { color-scheme: light dark; --text: #1d2125; --soft: #5b646d; --faint: #d9dde1;
      --hair: #eceef0; --page: #ffffff; --panel: #f6f7f8; --accent: #0072b2;
      --m0: #0072b2; --m1: #d55e00; --m2: #009e73; --m3: #cc79a7; --m4: #e69f00; --m5: #56b4e9;
      --m6: #882255; --m7: #8a8a1f;
      --b0: #8a929a; --b1: #3f474f; --good: #00785a; --bad: #b64a00; }
    @media screen and (prefers-color-scheme: dark) { :root { --text: #e4e7ea; --soft: #9fa8b1;
      --faint: #3a4148; --hair: #272c31; --page: #15181b; --panel: #1d2125; --accent: #5cb4ec;
      --m0: #4ba6e3; --m1: #f08b4c; --m2: #3cc39b; --m3: #e29cc4; --m4: #f1b843; --m5: #8fd3f7;
      --m6: #bf4d84; --m7: #c3c34a;
      --b0: #88919a; --b1: #c9d0d6; --good: #3cc39b; --bad: #f08b4c; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--text);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
      sans-serif; -webkit-text-size-adjust: 100%; }
    main { max-width: 924px; margin: 0 auto; padding: 40px 32px 8px; }
    footer { max-width: 924px; margin: 0 auto; padding: 16px 32px 48px; color: var(--soft);
      font-size: 13px; }
    h1 { margin: 0; font-size: 30px; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em;
      overflow-wrap: anywhere; }
    h2 { margin: 0 0 14px; font-size: 19px; line-height: 1.3; font-weight: 650; }
    h3 { margin: 28px 0 10px; font-size: 16px; line-height: 1.3; font-weight: 650; }
    section { margin-top: 44px; }
    a { color: var(--accent); }
    .setting { margin: 6px 0 24px; color: var(--soft); font-size: 15px; overflow-wrap: anywhere; }
    .verdict { padding: 20px 24px; background: var(--panel); border-radius: 6px;
      border-left: 4px solid var(--b0); }
    .verdict.better { border-left-color: var(--good); }
    .verdict.worse { border-left-color: var(--bad); }
    .verdict ul { margin: 14px 0 0; padding-left: 20px; color: var(--text); font-size: 15px; }
    .verdict li, section > ul li { margin: 4px 0; }
    .verdict a { color: inherit; opacity: 0.55; text-decoration: none; }
    .headline { margin: 0; font-size: 20px; line-height: 1.4; font-weight: 600; }
    section > ul { margin: 0; padding-left: 20px; font-size: 15px; }
    .note, figcaption { max-width: 104ch; margin: 12px 0 0; color: var(--soft); font-size: 13px;
      line-height: 1.5; }
    figure { margin: 0; }
    .scroll { overflow-x: auto; }
    table { width: 100%; border-collapse: collapse; font-size: 15px; line-height: 1.35;
      font-variant-numeric: tabular-nums; }
    th, td { padding: 7px 10px; text-align: left; vertical-align: top; font-weight: 400; }
    th:first-child, td:first-child { padding-left: 0; }
    th:last-child, td:last-child { padding-right: 0; }
    thead th { border-bottom: 1.5px solid var(--text); font-size: 13px; font-weight: 600;
      vertical-align: bottom; }
    th button { all: unset; cursor: pointer; }
    th button:hover { text-decoration: underline dotted; text-underline-offset: 3px; }
    th button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    th[aria-sort="ascending"] button::after { content: " ↑"; }
    th[aria-sort="descending"] button::after { content: " ↓"; }
    .sticky th:first-child { position: sticky; left: 0; z-index: 1; background: var(--page);
      padding-right: 14px; }
    .parts td { font-size: 14px; } .parts .message { min-width: 22em; }
    tbody tr + tr > * { border-top: 1px solid var(--hair); }
    tbody:last-child tr:last-child > * { border-bottom: 1.5px solid var(--text); }
    .group th { padding-top: 16px; color: var(--soft); font-size: 13px; font-weight: 600; }
    tbody:first-of-type .group th { padding-top: 10px; }
    td small, th small { display: block; color: var(--soft); font-size: 12.5px; }
    td small { white-space: nowrap; }
    .number { text-align: right; }
    td.number { white-space: nowrap; }
    .none, .against { color: var(--soft); }
    .drawing { width: 160px; text-align: center; }
    .drawing svg { display: block; margin: 0 auto; }
    .message { overflow-wrap: anywhere; font-size: 14px; }
    .shade { min-width: 38px; text-align: center; font-size: 12.5px; }
    table.matrix { width: auto; } .matrix th { font-size: 12px; white-space: nowrap; }
    .matrix td, .matrix th, .matrix td:first-child { padding: 5px 6px; }
    .tight th + th, .tight td + td { padding-left: 5px; padding-right: 5px; }
    .tight th:last-child, .tight td:last-child { padding-right: 0; }
    .matrix thead th { white-space: normal; text-align: center; }
    .shade small { color: inherit; font-size: 11px; }
    .many thead th { writing-mode: vertical-rl; white-space: nowrap; text-align: end; }
    .many .shade { min-width: 30px; padding: 5px 0; }
    h3 { margin: 28px 0 8px; font-size: 16px; line-height: 1.3; font-weight: 650; }
    strong { font-weight: 700; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: 6px 24px; margin: 0;
      font-size: 15px; }
    dt { color: var(--soft); }
    dd { margin: 0; overflow-wrap: anywhere; }
    code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
    code { overflow-wrap: anywhere; }
    pre { margin: 0; padding: 12px 16px; background: var(--panel); border-radius: 6px;
      white-space: pre-wrap; overflow-wrap: anywhere; }
    details { margin-top: 12px; }
    summary { cursor: pointer; color: var(--accent); font-size: 15px; }
    details pre { margin-top: 10px; }
    .files { font-size: 14px; }
    .chart { display: block; width: 100%; height: auto; overflow: visible; }
    .chart text { font-size: 13px; fill: var(--text); font-variant-numeric: tabular-nums; }
    .chart .tick { fill: var(--soft); }
    .chart .axis-title { fill: var(--soft); font-size: 12.5px; }
    .grid { stroke: var(--hair); stroke-width: 1; }
    .tickmark { stroke: var(--soft); stroke-width: 1; }
    .zero { stroke: var(--faint); stroke-width: 1; }
    .leader { stroke: var(--faint); stroke-width: 1; fill: none; }
    .line { fill: none; stroke: var(--c); stroke-width: 2.2; stroke-linejoin: round; }
    .line.b0 { stroke-dasharray: 2 4; stroke-linecap: round; }
    .line.b1 { stroke-dasharray: 8 5; }
    .band { fill: var(--c); opacity: 0.14; }
    .band.b0, .band.b1 { opacity: 0.1; }
    .whisker { fill: none; stroke: var(--c); stroke-width: 1.8; }
    .mark { fill: var(--c); stroke: var(--page); stroke-width: 1.2; }
    .m0 { --c: var(--m0); } .m1 { --c: var(--m1); } .m2 { --c: var(--m2); } .m3 { --c: var(--m3); }
    .m4 { --c: var(--m4); } .m5 { --c: var(--m5); } .m6 { --c: var(--m6); } .m7 { --c: var(--m7); }
    .b0 { --c: var(--b0); } .b1 { --c: var(--b1); }
    .legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0 0 12px; padding: 0;
      list-style: none; font-size: 13px; }
    .legend li { white-space: nowrap; }
    .swatch { vertical-align: -1px; }
    .clique { stroke: var(--text); stroke-width: 4; stroke-linecap: round; }
    .narrow { display: none; }
    @media screen and (max-width: 640px) {
      main { padding: 24px 16px 8px; } footer { padding: 16px 16px 32px; }
      h1 { font-size: 24px; } section { margin-top: 36px; }
      .verdict { padding: 16px; } .headline { font-size: 17px; }
      table { font-size: 13px; } th, td { padding: 6px 4px; }
      td small, th small, thead th { font-size: 11.5px; } .seeds { display: none; }
      .differences .drawing { display: none; }
      .tight thead th + th, .matrix thead th { writing-mode: vertical-rl; white-space: nowrap;
        text-align: end; vertical-align: top; }
      .matrix thead th { vertical-align: middle; }
      .tight td, .tight th { font-size: 12px; }
      .tight th + th, .tight td + td { padding-left: 3px; padding-right: 3px; }
      .tight td small, .shade small { font-size: 10px; line-height: 1.2; white-space: normal; }
      .matrix .shade { min-width: 0; padding: 4px 2px; font-size: 11px; }
      .matrix tbody th { font-size: 11px; white-space: normal; }
      .matrix.many { width: 100%; } .matrix.many thead th { padding: 5px 0; }
      .many .shade { padding: 7px 0; font-size: 0; }
      .wide { display: none; } .narrow { display: block; }
      dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; }
    }
    @page { margin: 16mm; }
    @media print {
      :root { color-scheme: light; }
      body { font-size: 10.5pt; } main { max-width: none; padding: 0; } footer { padding: 16px 0; }
      section { margin-top: 24px; } h2 { break-after: avoid; }
      th button::after { display: none; } .sticky th:first-child { position: static; }
      .parts .message { min-width: 0; }
      .scroll { overflow: visible; } table, .parts td { font-size: 9pt; }
      th, td { padding: 4px 5px; }
      thead th, td small, th small, .group th, .message { font-size: 8pt; }
      figure, tr, .verdict { break-inside: avoid; }
      .verdict details::details-content { content-visibility: visible; }
      .group { break-after: avoid; } .note { break-before: avoid; } .verdict { border: 1px solid var(--faint); }
    }
    """
}
