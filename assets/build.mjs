// Writes everything a page loads into the folder given as the only argument.
// The same sources give the same bytes: versions are pinned in package-lock.json and nothing depends on the clock.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile, copyFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import * as sass from 'sass';
import subsetFont from 'subset-font';

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, 'node_modules');
const out = path.resolve(process.argv[2]);

const between = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join('');
const polish = 'ĄąĆćĘęŁłŃńÓóŚśŹźŻż';
// The letters our languages and our addresses need; _fonts.scss declares the same as unicode-range.
const letters = {
  latin: between(0x20, 0x7e) + between(0xa0, 0xff) + '–—‘’‚“”„•…\u202f←↑→↓€−‐‑',
  polish,
  cyrillic: between(0x410, 0x44f) + 'ЁёЄєІіЇїҐґЎўЂЃЅЈЉЊЋЌЏђѓѕјљњћќџʼ№',
};

// Two packages of one typeface hold its Latin letters apart; each keeps only what is asked of it.
const fonts = [
  ['atkinson-hyperlegible-next', 'latin', letters.latin, 'atkinson'],
  ['atkinson-hyperlegible-next', 'latin-ext', letters.polish, 'atkinson-polish'],
  ['commissioner', 'cyrillic', letters.cyrillic, 'commissioner'],
];

// The version in a font's address is the one url_for gives it, so that a preloaded font is the very one the style sheet asks for.
const versions = {};
const versionOf = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 10);

async function buildFonts() {
  await mkdir(path.join(out, 'fonts'), { recursive: true });
  for (const [family, part, text, name] of fonts) {
    for (const weight of [400, 700]) {
      const source = path.join(modules, '@fontsource', family, 'files', `${family}-${part}-${weight}-normal.woff2`);
      const cut = await subsetFont(await readFile(source), text, { targetFormat: 'woff2' });
      versions[`${name}-${weight}.woff2`] = versionOf(cut);
      await writeFile(path.join(out, 'fonts', `${name}-${weight}.woff2`), cut);
    }
    await copyFile(path.join(modules, '@fontsource', family, 'LICENSE'), path.join(out, 'fonts', `LICENSE-${family}.txt`));
  }
}

async function buildStyles() {
  for (const face of ['public', 'staff']) {
    const made = sass.compile(path.join(here, 'scss', `${face}.scss`), {
      loadPaths: [modules],
      style: 'compressed',
      quietDeps: true,
    });
    const css = made.css.replace(/fonts\/([\w-]+\.woff2)/g, (address, name) => `${address}?v=${versions[name]}`);
    await writeFile(path.join(out, `${face}.css`), css + '\n');
  }
}

async function buildScripts() {
  await esbuild.build({
    entryPoints: ['public', 'staff'].map((face) => path.join(here, 'js', `${face}.js`)),
    outdir: out,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2020',
    legalComments: 'none',
    logLevel: 'warning',
  });
}

async function copyLicences() {
  const words = await readFile(path.join(modules, 'govuk-frontend', 'package.json'), 'utf8');
  const { version } = JSON.parse(words);
  await writeFile(
    path.join(out, 'LICENSES.txt'),
    `Styles: parts of govuk-frontend ${version}, MIT licence, Copyright (c) 2017 Crown Copyright (Government Digital Service).\n` +
      'Typefaces: Atkinson Hyperlegible Next and Commissioner, SIL Open Font License 1.1; texts of the licences in fonts/.\n',
  );
}

await mkdir(out, { recursive: true });
await buildFonts();
await buildStyles();
await buildScripts();
await copyLicences();
