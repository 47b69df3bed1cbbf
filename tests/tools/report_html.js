// Acts on the page as a person would, and tells what it saw.
(async () => {
  const saw = {};
  const byId = (id) => document.getElementById(id);
  const wait = (time = 300) => new Promise((done) => setTimeout(done, time));
  const rows = (list) => [...byId(list).querySelectorAll(":scope > table > tbody > tr.finding")];
  const genes = (list) => rows(list).map((row) => row.querySelector("strong").textContent);
  const set = async (id, value) => {
    byId(id).value = value;
    byId(id).dispatchEvent(new Event("input", { bubbles: true }));
    await wait();
  };
  const reset = async () => { byId("tools").querySelector("[type=reset]").click(); await wait(); };
  const heading = async (words) => {
    [...byId("findings").querySelectorAll("th button")].find((button) => button.textContent === words).click();
    await wait();
  };
  try {
    saw.first = genes("findings");
    byId("groups").querySelector("input").click();
    await wait();
    saw.without_pathogenic = genes("findings");
    await reset();
    await set("stars", "2");
    saw.two_stars = genes("findings");
    await reset();
    await set("zygosity", "homozygous");
    saw.homozygous = genes("findings");
    await reset();
    await set("frequency", "0.001");
    saw.rare = genes("findings");
    await reset();
    await set("search", "DEAF rs2");
    saw.searched = genes("findings");
    await reset();
    for (const word of ["likely_false_positive", "no_likely_false_positive", "doubtful", "none"]) {
      await set("trust", word);
      saw["trust_" + word] = genes("findings");
    }
    await reset();
    await set("sort", "trust");
    saw.by_trust = genes("findings");
    await reset();
    await heading("Gene, variant");
    saw.by_gene = genes("findings");
    await heading("Frequency");
    saw.by_frequency = genes("findings");
    await reset();
    saw.reset = genes("findings");
    saw.benign_folded = genes("benign");
    byId("benign").open = true;
    await wait();
    saw.benign_open = genes("benign");
    saw.apart = genes("apart");
    saw.badges = {};
    for (const row of ["findings", "benign", "apart"].flatMap(rows)) {
      const [, id] = row.querySelector("a[href*='clinvar/variation/1']").href.match(/(\d+)\/$/);
      saw.badges[id] = [row.querySelector(".badge.doubtful, .badge.likely_false_positive")?.textContent ?? "", ...[...row.querySelectorAll("ul.flags.small li")].map((item) => item.textContent)];
    }
    const exported = [];
    const create = URL.createObjectURL;
    URL.createObjectURL = (blob) => { exported.push(blob); return create(blob); };
    await set("search", "DEAF");
    byId("export").click();
    saw.exported = await exported[0].text();
    await reset();
    byId("mine").click();
    await wait();
    saw.mine = genes("findings");
    saw.filters = byId("filtered").textContent;
    await reset();
    for (const more of document.querySelectorAll("button.plain")) more.click();
    await wait();
    const first = rows("findings")[0];
    saw.row = first.textContent;
    saw.second_row = rows("findings")[1].textContent;
    saw.links = [...first.querySelectorAll("a")].map((link) => link.href);
    saw.bars = first.querySelector(".bars").getAttribute("aria-label");
    const more = first.nextElementSibling;
    saw.more = more.textContent;
    saw.more_width = more.offsetWidth / byId("findings").offsetWidth;
    saw.expanded = first.querySelector("button.plain").getAttribute("aria-expanded");
    saw.conditions = [...rows("findings")[1].querySelectorAll(".ids a")].map((link) => link.href);
    saw.third_row = rows("findings")[2].textContent;
    saw.order = [...document.querySelectorAll("h2")].map((heading) => heading.textContent);
    saw.heads = [...byId("findings").querySelectorAll(":scope > table > thead th")].map((head) => head.dataset.words ?? "");
    const title = document.querySelector("header").textContent;
    saw.made_of = title;
    saw.short = byId("short").parentElement.textContent;
    saw.cannot = byId("cannot").parentElement.textContent;
    saw.skip = document.querySelector("a").getAttribute("href");
    saw.apart_text = byId("apart").textContent;
    // The colour of a chromosome, which the script must not touch.
    saw.chromosome = getComputedStyle(document.querySelector("#karyogram rect")).fill;
    saw.hacked = "hacked" in window;
    dispatchEvent(new Event("beforeprint"));
    saw.printed = rows("findings").length;
    dispatchEvent(new Event("afterprint"));
    saw.loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  } catch (error) {
    saw.error = String(error && error.stack);
  }
  tell(saw);
})();
