//! What people see of the page, or would stumble over: on a phone, under the bar, by a screen reader.

use serde_json::json;
use vdx_testkit::World;

use super::browser::{TELL, axe, browse, chromium, driven};
use super::large::many;
use super::{ok, report, world};

#[test]
fn nothing_sticks_out_on_a_phone() {
    let Some(browser) = chromium() else { return };
    let world = world();
    ok(report(&world, &["--html", "page.html", "-o", "table.tsv"]));
    let page = std::fs::read_to_string(world.path("page.html")).unwrap();
    // Windows have a least width, frames have not.
    let script = "const row = document.querySelector('#findings > table > tbody > tr');\
                  row.querySelector('button.plain').click();\
                  parent.postMessage({out: document.documentElement.scrollWidth - document.documentElement.clientWidth,\
                  card: getComputedStyle(row).display === 'block', top: row.getBoundingClientRect().top + scrollY}, '*');";
    world.write("framed.html", driven(&page, script).as_bytes());
    // And the first finding is not far down.
    for (width, card, most) in [(360, true, 1800.0), (390, true, 1600.0), (820, false, 1600.0), (1280, false, 1200.0)] {
        let frame = format!(
            "<!DOCTYPE html><script>{TELL}addEventListener('message', (event) => {{tell(event.data);}});</script>\
             <body><iframe src=\"framed.html\" width=\"{width}\" height=\"800\"></iframe></body>"
        );
        let saw = browse(&browser, world.directory(), &frame);
        assert_eq!((&saw["out"], &saw["card"]), (&json!(0), &json!(card)), "{width} pixels: {saw}");
        assert!(saw["top"].as_f64().unwrap() <= most, "{width} pixels: {saw}");
    }
}

#[test]
fn axe_finds_nothing_that_keeps_people_from_reading() {
    let (Some(browser), Some(axe)) = (chromium(), axe()) else { return };
    let world = world();
    ok(report(&world, &["--html", "page.html", "-o", "table.tsv", "--genes", "genes.csv"]));
    let page = std::fs::read_to_string(world.path("page.html")).unwrap();
    let open = "document.getElementById('filters').open = true;document.getElementById('benign').open = true;\
                setTimeout(async () => {for (const more of document.querySelectorAll('button.plain')) more.click();\
                const found = await axe.run();tell({passed: found.passes.length, violations: found.violations.map((one) =>\
                one.id + ': ' + one.nodes.map((node) => node.target.join(' ')).join(', '))});}, 300);";
    let dark = page.replace("@media (prefers-color-scheme: dark)", "@media all");
    assert_ne!(dark, page);
    let bad = page.replace("<h1>", "<img src=\"data:,\"><h1>");
    for (name, page, violations) in [("light", &page, 0), ("dark", &dark, 0), ("an image without words", &bad, 1)] {
        let saw = browse(&browser, world.directory(), &driven(page, &format!("{axe}\n{open}")));
        assert!(saw["passed"].as_u64().unwrap() > 20, "{name}: {saw}");
        assert_eq!(saw["violations"].as_array().unwrap().len(), violations, "{name}: {saw}");
    }
}

#[test]
fn nothing_lies_under_the_bar() {
    let Some(browser) = chromium() else { return };
    let world = World::new(1);
    world.write("matched.vcf", many(700).as_bytes());
    ok(report(&world, &["--html", "page.html", "-o", "table.tsv"]));
    let page = std::fs::read_to_string(world.path("page.html")).unwrap();
    // Back through all that takes the focus, from a row far down, as Shift and Tab do; then Next, below and above.
    let script = r#"(async () => {
        const wait = (time = 100) => new Promise((done) => setTimeout(done, time));
        const bar = document.getElementById('tools');
        const under = (element) => bar.getBoundingClientRect().bottom - element.getBoundingClientRect().top;
        const saw = { focused: 0, worst: -1e9, next: [], stuck: false };
        await wait(300);
        const all = [...document.querySelectorAll('#findings a, #findings button')].filter((one) => one.offsetParent);
        all[200].focus();
        await wait();
        for (const one of all.slice(0, 200).reverse()) {
            one.focus();
            if (document.activeElement !== one) continue;
            saw.focused += 1;
            saw.stuck ||= bar.getBoundingClientRect().top === 0;
            saw.worst = Math.max(saw.worst, under(one));
        }
        for (const at of [1, 0]) {
            document.querySelectorAll('#findings .pager')[at].lastElementChild.click();
            await wait();
            saw.next.push(under(document.getElementById('findings-title')), document.activeElement.id);
        }
        saw.place = document.querySelector('#findings .pager span').textContent;
        tell(saw);
    })();"#;
    let saw = browse(&browser, world.directory(), &driven(&page, script));
    assert!(saw["focused"].as_u64().unwrap() > 150 && saw["stuck"] == true, "{saw}");
    assert!(saw["worst"].as_f64().unwrap() <= 0.0, "{saw}");
    for at in [0, 2] {
        assert!(saw["next"][at].as_f64().unwrap() <= 0.0, "{saw}");
        assert_eq!(saw["next"][at + 1], "findings-title", "{saw}");
    }
    assert!(saw["place"].as_str().unwrap().starts_with("201 to 300 of "), "{saw}");
}
