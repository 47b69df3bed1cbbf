use std::time::Instant;
fn main() {
    let mut own = (0.0, 0usize);
    let mut lib = (0.0, 0usize);
    let mut total = 0;
    let level: i32 = std::env::var("LEVEL").map_or(7, |l| l.parse().unwrap());
    let mut comp = libdeflater::Compressor::new(libdeflater::CompressionLvl::new(level).unwrap());
    let mut enc = vdx_deflate::Encoder::new();
    let mut inf = libdeflater::Decompressor::new();
    let mut out = Vec::new();
    let mut room = vec![0; 70000];
    let mut back = vec![0; 65536];
    for path in std::env::args().skip(1) {
        let data = std::fs::read(&path).unwrap();
        for text in data.chunks(0xff00) {
            total += text.len();
            out.clear();
            let t = Instant::now();
            enc.encode(text, &mut out);
            let mut c = libdeflater::Crc::new();
            c.update(text);
            std::hint::black_box(c.sum());
            own.0 += t.elapsed().as_secs_f64();
            own.1 += out.len();
            let n = inf.deflate_decompress(&out, &mut back).unwrap();
            assert!(n == text.len() && back[..n] == *text);
            let t = Instant::now();
            let n = comp.deflate_compress(text, &mut room).unwrap();
            let mut c = libdeflater::Crc::new();
            c.update(text);
            std::hint::black_box(c.sum());
            lib.0 += t.elapsed().as_secs_f64();
            lib.1 += n;
        }
        println!(
            "{path}: {} MB  own {:.1} MB/s {}  lib {:.1} MB/s {}  speed x{:.3} size {:+.2} %",
            total >> 20,
            total as f64 / 1e6 / own.0,
            own.1,
            total as f64 / 1e6 / lib.0,
            lib.1,
            lib.0 / own.0,
            100.0 * (own.1 as f64 / lib.1 as f64 - 1.0)
        );
        own = (0.0, 0);
        lib = (0.0, 0);
        total = 0;
    }
}
