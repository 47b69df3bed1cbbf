"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const PER_PAGE = 100;
  const PRINTED = 1000;
  // The order of values in a row, as the writer has it.
  const [CHROMOSOME, POSITION, REF, ALT, CALL, GENE, SIGNIFICANCE, REVIEW, CONSEQUENCE, CONDITION, TRUST, VARIATION, RSID,
    RAW, HGVS, FREQUENCY, APART] = Array(17).keys();
  const [OVERALL, GROUPS, LARGEST, HOMOZYGOTES, FILTER, MISSING] = Array(6).keys();
  const byId = (id) => document.getElementById(id);

  // ---- values of a row

  const classOf = (row) => data.significances[row[SIGNIFICANCE]][1];
  const starsOf = (row) => data.reviews[row[REVIEW]][1] ?? -1;
  const call = (row) => data.calls[row[CALL]];
  const trust = (row) => data.trusts[row[TRUST]];
  const genesOf = (row) => data.genes[row[GENE]][0].split("|").filter(Boolean).map((gene) => gene.split(":"));
  // Inheritance, note and whether the list calls it recessive, where the gene is on the user's list.
  const listed = (row) => data.genes[row[GENE]].slice(1);
  const isListed = (row) => data.genes[row[GENE]].length > 1;
  const conditionsOf = (row) => row[CONDITION].map((number) => data.conditions[number]);
  const hgvs = (row) => row[HGVS] || (row[HGVS] === 0
    ? `${data.accessions[row[CHROMOSOME]]}:g.${row[POSITION]}${row[REF]}>${row[ALT]}` : "");
  const geneText = (row) => genesOf(row).map((gene) => gene[0]).join(" ");
  const rsid = (row) => typeof row[RSID] === "number" ? "rs" + row[RSID] : row[RSID];
  const text = (value) => String(value).split("|").join("; ");
  const genotype = (row) => {
    if (row[RAW] && row[RAW][3]) return row[RAW][3];
    const zygosity = call(row)[0];
    return zygosity === "heterozygous" ? row[REF] + "/" + row[ALT]
      : zygosity === "homozygous" ? row[ALT] + "/" + row[ALT] : row[ALT];
  };
  const copies = (row) => ({ homozygous: 2, hemizygous: 1 })[call(row)[0]] ?? 0;
  // The largest overall frequency of the sources; undefined where gnomAD has none.
  const frequency = (row) => {
    let largest;
    for (const source of row[FREQUENCY] || []) {
      if (source && source[OVERALL] !== null && !(source[OVERALL] <= largest)) largest = source[OVERALL];
    }
    return largest;
  };
  const percent = (value) => {
    if (value === null || value === undefined) return "not known";
    return Number((value * 100).toPrecision(3)) + " %";
  };
  const stars = (count) => count < 0 ? "unknown" : "★".repeat(count) + "☆".repeat(4 - count);

  // A group's frequency as it is written: two digits and a negative power of ten; below 0 where it is not known.
  const group = (code) => code < 0 || code === undefined ? null : Math.trunc(code / 10) * 10 ** -(code % 10);

  // ---- making elements; all text goes in as text

  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const link = (address, words) => make("a", { href: address, rel: "noreferrer noopener", target: "_blank" }, words);
  const joined = (parts) => parts.flatMap((part, at) => at ? [", ", part] : [part]);

  const gnomadLink = (row) => {
    const chromosome = data.chromosomes[row[CHROMOSOME]].replace(/^chr/i, "");
    const [asked, mitochondrial] = data.datasets;
    const dataset = /^MT?$/i.test(chromosome) ? mitochondrial : asked;
    const letters = /^[ACGT]+$/;
    if (!dataset || !letters.test(row[REF]) || !letters.test(row[ALT])) return [];
    const variant = [dataset === mitochondrial && /^MT?$/i.test(chromosome) ? "M" : chromosome, row[POSITION], row[REF], row[ALT]].join("-");
    return [link(`https://gnomad.broadinstitute.org/variant/${variant}?dataset=${dataset}`, "gnomAD")];
  };
  const clinvarLink = (id, words) => link(`https://www.ncbi.nlm.nih.gov/clinvar/variation/${encodeURIComponent(id)}/`, words);
  const links = (row) => {
    const found = [];
    if (row[VARIATION] !== "") found.push(clinvarLink(row[VARIATION], "ClinVar " + row[VARIATION]));
    for (const id of rsid(row).split("|").filter((id) => /^rs\d+$/.test(id))) {
      found.push(link(`https://www.ncbi.nlm.nih.gov/snp/${id}`, id));
    }
    return joined(found.concat(gnomadLink(row)));
  };
  // What MedGen, OMIM and Monarch say of a condition.
  const conditionLinks = ([name, , medgen, omim, mondo]) => [
    medgen && ["MedGen", `https://www.ncbi.nlm.nih.gov/medgen/${encodeURIComponent(medgen)}`],
    omim && ["OMIM", omim.startsWith("PS") ? `https://www.omim.org/phenotypicSeries/${encodeURIComponent(omim)}`
      : `https://www.omim.org/entry/${encodeURIComponent(omim)}`],
    mondo && ["MONDO", `https://monarchinitiative.org/MONDO:${encodeURIComponent(mondo)}`],
  ].filter(Boolean).map(([base, address]) => {
    const made = link(address, base);
    made.setAttribute("aria-label", `${base}: ${name}`);
    return made;
  });
  const geneLinks = (row) => joined(genesOf(row).map(([symbol, id]) =>
    /^\d+$/.test(id ?? "") ? link(`https://www.ncbi.nlm.nih.gov/gene/${id}`, symbol) : symbol));

  // Heights on a logarithmic scale: 1 in a million is nothing, all is full.
  const height = (value) => value > 0 ? Math.max(4, Math.round(100 * (1 + Math.log10(value) / 6))) : 0;

  const chart = (source, names) => {
    const known = names.map(([, words], at) => [words, group(source[GROUPS][at])]).filter(([, value]) => value !== null);
    if (!known.length) return [];
    const told = known.map(([words, value]) => `${words} ${percent(value)}`).join(", ");
    const bars = make("div", { class: "bars", role: "img", "aria-label": "By population, logarithmic: " + told, title: told });
    for (const [, value] of known) {
      const bar = make("span");
      bar.style.height = height(value) + "%";
      bars.append(bar);
    }
    return [bars];
  };

  const frequencyCell = (row) => {
    const cell = make("td", { "data-label": "Frequency" });
    if (!data.sources.length) return cell;
    data.sources.forEach(({ name, groups }, at) => {
      const source = row[FREQUENCY] && row[FREQUENCY][at];
      const part = make("div");
      if (!source || source[OVERALL] === null) {
        part.append((source && data.filters[source[MISSING]]) || `no frequency from ${name}`);
      } else {
        part.append(percent(source[OVERALL]), ...chart(source, groups));
        const largest = groups[source[LARGEST]];
        if (largest) part.append(make("div", { class: "soft small" }, `most in ${largest[1]}: ${percent(group(source[GROUPS][source[LARGEST]]))}`));
      }
      const filter = source && data.filters[source[FILTER]];
      if (filter) part.append(make("div", { class: "small" }, `filtered by gnomAD: ${text(filter)}`));
      if (data.sources.length > 1) part.prepend(make("div", { class: "soft small" }, name));
      cell.append(part);
    });
    return cell;
  };

  const groupTables = (row) => data.sources.flatMap(({ name, groups }, at) => {
    const source = row[FREQUENCY] && row[FREQUENCY][at];
    if (!source) return [];
    const body = make("tbody");
    groups.forEach(([, words], at) => {
      const value = group(source[GROUPS][at]);
      const bar = make("span", { class: "bar" });
      bar.style.width = height(value) + "%";
      body.append(make("tr", {}, make("th", { scope: "row" }, words), make("td", {}, percent(value)), make("td", {}, bar)));
    });
    const count = source[HOMOZYGOTES];
    const people = count === "" ? "" : `; ${count} ${count === 1 ? "person" : "people"} with two copies`;
    return [make("table", { class: "groups" }, make("caption", {}, name + people), body)];
  });

  // ---- a row that opens below its own over the whole width, made when it is asked for

  const moreRow = (row, columns) => {
    // Empty is as one would expect, a dot is nothing.
    const [id, position, letters] = [rsid(row), row[POSITION], genotype(row)].map((expected, at) => {
      const told = (row[RAW] || [])[at] || expected;
      return told === "." ? "" : told;
    });
    const [, found, confidence] = call(row);
    const list = make("ul", { class: "flags" });
    const item = (words) => list.append(make("li", {}, words));
    if (hgvs(row)) item("HGVS: " + hgvs(row));
    if (data.consequences[row[CONSEQUENCE]]) item("Effect: " + text(data.consequences[row[CONSEQUENCE]]).replaceAll("_", " "));
    item("Review: " + (data.reviews[row[REVIEW]][0] || "not told"));
    item(`In the person's file: ${[id, position && "position " + position, letters].filter(Boolean).join(", ")}`);
    item(`Match: ${found}; confidence ${confidence || "not told"} of 1`);
    const cell = make("td", { colspan: columns }, make("div", { class: "wide" }, list, ...groupTables(row)));
    const conditions = conditionsOf(row).slice(FEW_CONDITIONS);
    if (conditions.length) cell.append(make("p", { class: "small" }, "More conditions: "), conditionList(conditions));
    return make("tr", { class: "more" }, cell);
  };
  const moreButton = (row, element) => {
    const button = make("button", { type: "button", class: "plain", "aria-expanded": "false" }, "More");
    button.append(make("span", { class: "unseen" }, ` on ${geneText(row) || "this variant"}, ${row[POSITION]}`));
    let opened;
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") === "false";
      button.setAttribute("aria-expanded", open);
      button.firstChild.textContent = open ? "Less" : "More";
      for (const cell of element().cells) cell.classList.toggle("open", open);
      if (open) element().after(opened ??= moreRow(row, element().cells.length));
      else opened.remove();
    });
    return button;
  };

  // ---- the cells of the two kinds of list

  const FEW_CONDITIONS = 3;
  const conditionList = (conditions) => make("ul", { class: "conditions" }, ...conditions.map((condition) => {
    const links = conditionLinks(condition);
    return make("li", {}, condition[0], ...(links.length ? [" ", make("span", { class: "ids" }, ...joined(links))] : []));
  }));
  // HGVS names break behind the accession first.
  const breakable = (name) => name.split(/(?<=:)/).flatMap((part, at) => at ? [make("wbr"), part] : [part]);
  const geneCell = (row) => {
    const cell = make("td", { "data-label": "Gene, variant" },
      make("strong", {}, ...(geneLinks(row).length ? geneLinks(row) : ["no gene"])),
      make("div", { class: "letters small" }, `${data.chromosomes[row[CHROMOSOME]]}:${row[POSITION].toLocaleString("en")} ${row[REF]}>${row[ALT] || "."}`));
    if (hgvs(row)) cell.append(make("div", { class: "soft small" }, ...breakable(hgvs(row))));
    if (isListed(row)) {
      const said = listed(row).slice(0, 2).filter(Boolean).map(text).join("; ");
      cell.append(make("div", { class: "badge mine" }, "on your list" + (said && ": " + said)));
    }
    return cell;
  };
  const genotypeCell = (row) => make("td", { "data-label": "Genotype" },
    make("span", { class: "letters" }, genotype(row)), make("div", {}, call(row)[0]));
  const linksCell = (row, element) => make("td", { "data-label": "Links" }, make("div", { class: "small" }, ...links(row)), moreButton(row, element));
  const conditionCell = (row, ...conditions) => {
    const cell = make("td", { "data-label": "Condition" }, ...conditions);
    // What the table doubts, and why; a flag that is a reason is not said twice.
    const [word, badge, reasons] = trust(row);
    if (word) cell.append(make("div", {}, make("strong", { class: "badge " + word }, badge)));
    const pathogenic = classOf(row) === PATHOGENIC;
    const common = frequency(row);
    if (pathogenic && common > 0.01) cell.append(make("div", {}, make("strong", { class: "badge" }, `common in gnomAD: ${percent(common)}`)));
    const flags = [...reasons, ...call(row)[3].filter((flag) => !reasons.includes(flag))];
    if (pathogenic && copies(row) === 0 && isRecessive(row)) flags.unshift("One copy of a recessive condition usually makes a carrier, not ill.");
    if (several.has(row)) flags.unshift("Two or more different ones lie in this gene. Whether on one copy of it or on both is not known.");
    if (flags.length) cell.append(make("ul", { class: "flags small" }, ...flags.map((flag) => make("li", {}, flag))));
    return cell;
  };

  const germlineRow = (row) => {
    const [significance] = data.significances[row[SIGNIFICANCE]];
    const count = starsOf(row);
    const [key, label] = data.classes[classOf(row)];
    const conditions = conditionsOf(row);
    const hidden = conditions.length - FEW_CONDITIONS;
    const named = conditions.length ? [conditionList(conditions.slice(0, FEW_CONDITIONS))] : ["none named"];
    if (hidden > 0) named.push(make("div", { class: "soft small" }, `and ${hidden} more`));
    const element = make("tr", { class: key + " finding" },
      geneCell(row),
      make("td", { "data-label": "Significance" }, make("span", { class: "dot " + key }), text(significance) || label,
        make("div", { class: "stars" }, make("span", { "aria-label": count < 0 ? "unknown review status" : count + " of 4 stars", role: "img" }, stars(count)))),
      conditionCell(row, ...named),
      genotypeCell(row), frequencyCell(row), linksCell(row, () => element));
    return element;
  };

  const apartRow = (row) => {
    const [oncogenicity, impact, included] = data.aparts[row[APART]];
    const said = make("td", { "data-label": "Classification" });
    const names = [];
    const add = (what, [words, review, condition]) => {
      if (!words) return;
      said.append(make("div", {}, make("strong", {}, what + ": "), text(words)), make("div", { class: "soft small" }, review));
      if (condition) names.push(make("div", {}, text(condition)));
    };
    add("Oncogenicity", oncogenicity);
    add("Clinical impact in tumours", impact);
    for (const part of included.split("|").filter(Boolean)) {
      const [id, ...words] = part.split(":");
      said.append(make("div", {}, make("strong", {}, "As part of "), clinvarLink(id, "ClinVar " + id), ": " + words.join(":")));
    }
    const element = make("tr", { class: "finding" }, geneCell(row), said, conditionCell(row, ...names), genotypeCell(row), frequencyCell(row),
      linksCell(row, () => element));
    return element;
  };

  // ---- lists

  class List {
    constructor(root, headings, makeRow) {
      this.root = root;
      this.makeRow = makeRow;
      this.rows = [];
      this.page = 0;
      this.count = make("p", { role: "status" });
      this.body = make("tbody");
      const head = make("tr", {}, ...headings.map(([words, key]) => {
        const cell = make("th", { scope: "col" }, words);
        if (key) {
          const button = make("button", { type: "button", title: "Sort by this" }, words);
          button.addEventListener("click", () => { byId("sort").value = key; update(); });
          cell.replaceChildren(button);
          cell.dataset.key = key;
          cell.dataset.words = words;
        }
        return cell;
      }));
      this.table = make("table", { class: "list" }, make("thead", {}, head), this.body);
      this.title = root.querySelector("h2");
      this.table.setAttribute("aria-labelledby", this.title.id);
      this.pagers = ["above", "below"].map((where) => {
        const [back, place, next] = [make("button", { type: "button" }, "Previous"), make("span"), make("button", { type: "button" }, "Next")];
        back.addEventListener("click", () => this.turn(-1));
        next.addEventListener("click", () => this.turn(1));
        return { back, place, next, nav: make("nav", { class: "pager", "aria-label": `${this.title.textContent}: pages, ${where}` }, back, place, next) };
      });
      root.append(this.count, this.pagers[0].nav, this.table, this.pagers[1].nav);
    }

    set(rows, total) {
      this.rows = rows;
      this.page = 0;
      this.count.textContent = rows.length === total ? `${total.toLocaleString("en")} in all`
        : `${rows.length.toLocaleString("en")} of ${total.toLocaleString("en")} shown`;
      for (const cell of this.table.tHead.rows[0].cells) {
        if (cell.dataset.key === byId("sort").value) cell.setAttribute("aria-sort", cell.dataset.key === "frequency" || cell.dataset.key === "gene" ? "ascending" : "descending");
        else cell.removeAttribute("aria-sort");
      }
      this.draw();
    }

    draw(from = this.page * PER_PAGE, count = PER_PAGE) {
      // A folded list is made when it is opened.
      if (this.root.tagName === "DETAILS" && !this.root.open) return;
      const end = Math.min(from + count, this.rows.length);
      this.body.replaceChildren(...this.rows.slice(from, end).map(this.makeRow));
      // A gene's first finding is set apart where genes stand together.
      if (byId("sort").value === "class" || byId("sort").value === "gene") {
        this.rows.slice(from, end).forEach((row, at, shown) => {
          this.body.rows[at].classList.toggle("first", at > 0 && geneKey(row) !== geneKey(shown[at - 1]));
        });
      }
      this.table.hidden = !this.rows.length;
      for (const { nav, back, place, next } of this.pagers) {
        nav.hidden = this.rows.length <= PER_PAGE;
        place.textContent = `${(from + 1).toLocaleString("en")} to ${end.toLocaleString("en")} of ${this.rows.length.toLocaleString("en")}`;
        back.disabled = from === 0;
        next.disabled = end === this.rows.length;
      }
    }

    turn(by) {
      this.page += by;
      this.draw();
      this.title.focus({ preventScroll: true });
      this.title.scrollIntoView();
    }
  }

  // ---- filter and sort

  const BENIGN = data.classes.findIndex(([key]) => key === "benign");
  const PATHOGENIC = data.classes.findIndex(([key]) => key === "pathogenic");
  const isRecessive = (row) => listed(row)[2] === 1 || conditionsOf(row).some((condition) => condition[1]);
  const geneKey = (row) => genesOf(row)[0]?.[0] ?? `${row[CHROMOSOME]}:${row[POSITION]}`;
  const germline = [], apart = [], benign = [];
  for (const row of data.rows) {
    const group = classOf(row);
    if (row[APART] !== undefined) apart.push(row);
    if (group === BENIGN) benign.push(row);
    else if (group >= 0) germline.push(row);
  }
  // Findings of which a gene has several, on one copy each: perhaps one on either.
  const several = new Set();
  const together = new Map();
  for (const row of germline) {
    if (classOf(row) !== PATHOGENIC || copies(row) || starsOf(row) < 1 || trust(row)[0] === "likely_false_positive") continue;
    for (const [gene] of genesOf(row)) together.set(gene, [...(together.get(gene) ?? []), row]);
  }
  for (const rows of together.values()) {
    if (new Set(rows.map((row) => [row[CHROMOSOME], row[POSITION], row[REF], row[ALT]].join())).size > 1) rows.forEach((row) => several.add(row));
  }
  const germlineHeadings = [["Gene, variant", "gene"], ["Significance, stars", "class"], ["Condition, what to know"], ["Genotype"],
    ["Frequency", "frequency"], ["Links"]];
  const apartHeadings = [["Gene, variant", "gene"], ["Classification"], ["Condition, what to know"], ["Genotype"],
    ["Frequency", "frequency"], ["Links"]];
  const lists = [
    [new List(byId("findings"), germlineHeadings, germlineRow), germline],
    [new List(byId("apart"), apartHeadings, apartRow), apart],
    [new List(byId("benign"), germlineHeadings, germlineRow), benign],
  ];

  const counts = new Map();
  for (const row of germline) counts.set(classOf(row), (counts.get(classOf(row)) ?? 0) + 1);
  const boxes = data.classes.flatMap(([key, label], at) => {
    if (at === BENIGN || !counts.get(at)) return [];
    const box = make("input", { type: "checkbox", value: at, checked: "" });
    byId("groups").append(make("label", {}, box, " ", make("span", { class: "dot " + key }), `${label} (${counts.get(at).toLocaleString("en")})`));
    return [box];
  });

  const order = new Map(data.chromosomes.map((name, at) => {
    const short = name.replace(/^chr/i, "").toUpperCase();
    const number = { X: 23, Y: 24, M: 25, MT: 25 }[short] ?? (Number(short) || 100 + at);
    return [at, number];
  }));
  const byPlace = (a, b) => order.get(a[CHROMOSOME]) - order.get(b[CHROMOSOME]) || a[POSITION] - b[POSITION];
  const byStars = (a, b) => starsOf(b) - starsOf(a);
  const doubt = (row) => ["", "doubtful", "likely_false_positive"].indexOf(trust(row)[0]);
  const copyOrder = (row) => copies(row) ? 0 : 1;
  // Genes by their worst finding, each gene's findings together, the worst first.
  const byWorst = (rows) => {
    const genes = new Map();
    for (const row of rows.sort(compare.class)) {
      const key = geneKey(row);
      if (genes.has(key)) genes.get(key).push(row);
      else genes.set(key, [row]);
    }
    return [...genes.values()].flat();
  };
  const compare = {
    class: (a, b) => classOf(a) - classOf(b) || doubt(a) - doubt(b) || copyOrder(a) - copyOrder(b) || byStars(a, b) || byPlace(a, b),
    stars: (a, b) => byStars(a, b) || classOf(a) - classOf(b) || byPlace(a, b),
    gene: (a, b) => geneRank[a[GENE]] - geneRank[b[GENE]] || byPlace(a, b),
    trust: (a, b) => doubt(a) - doubt(b) || classOf(a) - classOf(b) || byStars(a, b) || byPlace(a, b),
    frequency: (a, b) => (frequency(a) ?? 2) - (frequency(b) ?? 2) || byPlace(a, b),
    confidence: (a, b) => Number(call(b)[2]) - Number(call(a)[2]) || byPlace(a, b),
    place: byPlace,
  };
  // Genes in the order of their names, those without one last.
  const named = data.genes.map(([gene], at) => [gene, at]).sort(([a], [b]) => !a - !b || (a < b ? -1 : a > b ? 1 : 0));
  const geneRank = [];
  named.forEach(([, at], rank) => { geneRank[at] = rank; });

  const matches = (row, wanted) => {
    if (!wanted.apart && starsOf(row) < wanted.stars) return false;
    if (wanted.zygosity && call(row)[0] !== wanted.zygosity) return false;
    const word = trust(row)[0];
    if (wanted.trust === "no_likely_false_positive" ? word === "likely_false_positive"
      : wanted.trust === "none" ? word : wanted.trust && word !== wanted.trust) return false;
    if (wanted.mine && !isListed(row)) return false;
    // What gnomAD has not seen is rare.
    if (wanted.frequency && (frequency(row) ?? 0) > wanted.frequency) return false;
    if (!wanted.words.length) return true;
    const text = [geneText(row), ...conditionsOf(row).map(([name]) => name), hgvs(row), rsid(row), row[VARIATION],
      `${data.chromosomes[row[CHROMOSOME]]}:${row[POSITION]}`, data.significances[row[SIGNIFICANCE]][0]].join("\n").toLowerCase();
    return wanted.words.every((word) => text.includes(word));
  };

  const update = () => {
    const groups = new Set(boxes.filter((box) => box.checked).map((box) => Number(box.value)));
    const wanted = {
      stars: Number(byId("stars").value),
      zygosity: byId("zygosity").value,
      trust: byId("trust").value,
      frequency: Number(byId("frequency").value),
      mine: byId("mine").checked,
      words: byId("search").value.toLowerCase().split(/\s+/).filter(Boolean),
    };
    for (const [list, rows] of lists) {
      // The germline class says nothing about the order of what stands apart from it, nor do its stars.
      wanted.apart = rows === apart;
      const key = byId("sort").value;
      const by = wanted.apart && (key === "class" || key === "stars") ? byPlace : compare[key];
      const shown = rows.filter((row) => matches(row, wanted) && (rows !== germline || groups.has(classOf(row))));
      list.set(key === "class" && !wanted.apart ? byWorst(shown) : shown.sort(by), rows.length);
    }
    const set = [wanted.stars >= 0, wanted.zygosity, wanted.trust, wanted.frequency, wanted.mine, groups.size < boxes.length];
    byId("filtered").textContent = set.some(Boolean) ? `(${set.filter(Boolean).length})` : "";
  };

  let waiting;
  byId("tools").addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(update, event.target.type === "search" ? 150 : 0);
  });
  byId("tools").addEventListener("submit", (event) => event.preventDefault());
  byId("tools").addEventListener("reset", () => setTimeout(update, 0));
  byId("benign").addEventListener("toggle", () => lists[2][0].draw());
  // On paper there are no pages to turn.
  addEventListener("beforeprint", () => lists.slice(0, 2).forEach(([list]) => list.draw(0, PRINTED)));
  addEventListener("afterprint", () => lists.forEach(([list]) => list.draw()));

  // ---- the filtered rows as a file

  // By the names of the table's columns. What a spreadsheet would take for a formula gets a quote in front.
  const csvCell = (value) => {
    const words = String(value ?? "");
    const harmless = /^ *[=+\-@\t\r]/.test(words) && !/^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(words) && !/^-*$/.test(words) ? "'" + words : words;
    return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  };
  const csv = () => {
    const columns = {
      rsid, chromosome: (row) => data.chromosomes[row[CHROMOSOME]], position: (row) => row[POSITION],
      ref_allele: (row) => row[REF], alt_allele: (row) => row[ALT], genotype, zygosity: (row) => call(row)[0],
      gene: (row) => genesOf(row).map(([gene]) => gene).join("|"),
      clinical_significance: (row) => data.significances[row[SIGNIFICANCE]][0],
      review_status: (row) => data.reviews[row[REVIEW]][0], review_stars: (row) => data.reviews[row[REVIEW]][1],
      molecular_consequence: (row) => data.consequences[row[CONSEQUENCE]],
      disease: (row) => conditionsOf(row).map(([name]) => name).join("|"), variation_id: (row) => row[VARIATION], hgvs,
      ...Object.fromEntries(data.sources.map(({ name }, at) =>
        [name.toLowerCase().replaceAll(" ", "_") + "_af", (row) => (row[FREQUENCY] || [])[at]?.[OVERALL]])),
      confidence: (row) => call(row)[2], flags: (row) => call(row)[3].join(" "),
      trust: (row) => trust(row)[0], trust_reasons: (row) => trust(row)[2].join(" "),
    };
    if (data.list) Object.assign(columns, { listed_inheritance: (row) => listed(row)[0], listed_note: (row) => listed(row)[1] });
    const shown = new Set(lists.filter(([list]) => list.root.tagName !== "DETAILS" || list.root.open).flatMap(([list]) => list.rows));
    const lines = [...shown].map((row) => Object.values(columns).map((of) => csvCell(of(row))).join(","));
    return [Object.keys(columns).join(","), ...lines].join("\r\n") + "\r\n";
  };
  byId("export").addEventListener("click", () => {
    const address = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
    make("a", { href: address, download: "findings.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  });

  // ---- the bar that stays at the top

  const bar = byId("tools");
  const sticks = () => getComputedStyle(bar).position === "sticky";
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--tools-height", (sticks() ? bar.offsetHeight : 0) + "px");
  }).observe(bar);
  addEventListener("focusin", ({ target }) => {
    const { top, bottom } = bar.getBoundingClientRect();
    if (!sticks() || top > 0 || bar.contains(target) || !(target.compareDocumentPosition(bar) & Node.DOCUMENT_POSITION_PRECEDING)) return;
    const under = bottom + 8 - target.getBoundingClientRect().top;
    if (under > 0) scrollBy(0, -under);
  });

  byId("rare").hidden = !data.sources.length;
  byId("listed").hidden = !data.list;
  const charts = make("p", { class: "soft small" });
  data.sources.forEach(({ name, groups }) => {
    if (!groups.length) return;
    const names = groups.map(([, words]) => words).join(", ");
    charts.append(`Bars of ${name}, from the left: ${names}. Logarithmic: full height is everyone, none one in a million. `);
  });
  byId("findings").append(charts);
  byId("tools").hidden = false;
  byId("findings").hidden = false;
  byId("apart").hidden = !apart.length;
  byId("benign").hidden = !benign.length;
  update();
})();
