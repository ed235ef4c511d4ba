import { chmod, copyFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { findLoader, shellQuote } from './prefix.js'

const program = 'usr/lib/chromium/chromium-headless-shell'
const fontsFile = 'etc/fonts/prefix.conf'

/**
 * Chromium looks for its resources beside the file of its process, and starts its children by that file. Run by the
 * prefix's loader, that file is the loader: so a copy of the loader is next to the resources, and children are
 * started by this same script. Fonts are those of the prefix.
 */
export async function finishChromium(root: string, finalRoot: string, bin: string, finalBin: string): Promise<void> {
  const { loader, libraryPath } = await findLoader(root, program)
  const copy = join(dirname(program), basename(loader))
  await copyFile(loader, join(root, copy))
  await chmod(join(root, copy), 0o755)
  await writeFile(join(root, fontsFile), fontsConfig(finalRoot))
  const placed = (path: string) => join(finalRoot, path.slice(root.length))
  const self = join(finalBin, 'chromium')
  const words = [
    join(finalRoot, copy),
    '--library-path',
    // libpulse names the folder of its private library by an absolute path.
    [
      join(finalRoot, dirname(program)),
      ...libraryPath.flatMap((one) => [placed(one), join(placed(one), 'pulseaudio')]),
    ].join(':'),
    '--argv0',
    self,
    join(finalRoot, program),
    '--no-zygote',
    '--disable-breakpad',
    `--browser-subprocess-path=${self}`,
  ]
  const lines = [
    '#!/bin/sh',
    `FONTCONFIG_FILE=${shellQuote(join(finalRoot, fontsFile))}`,
    'export FONTCONFIG_FILE',
    `exec ${words.map(shellQuote).join(' ')} "$@"`,
  ]
  await writeFile(join(bin, 'chromium'), `${lines.join('\n')}\n`, { mode: 0o755 })
}

function fontsConfig(finalRoot: string): string {
  const fonts = join(finalRoot, 'usr/share/fonts')
  const alias = (family: string, font: string) =>
    `  <alias><family>${family}</family><prefer><family>${font}</family></prefer></alias>`
  return `${[
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
    '<fontconfig>',
    `  <dir>${fonts}</dir>`,
    alias('sans-serif', 'DejaVu Sans'),
    alias('system-ui', 'DejaVu Sans'),
    alias('monospace', 'DejaVu Sans Mono'),
    '</fontconfig>',
  ].join('\n')}\n`
}
