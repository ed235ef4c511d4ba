import { lstat, open, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findLoader, shellQuote, writeWrapper } from './prefix.js'

const erlang = 'usr/lib/erlang'
const scripts = 'usr/lib/rabbitmq/bin'
const commands: readonly (readonly [string, string])[] = [
  ['rabbitmq', `${scripts}/rabbitmq-server`],
  ['rabbitmqctl', `${scripts}/rabbitmqctl`],
  ['epmd', `${erlang}/bin/epmd`],
]

/**
 * RabbitMQ is scripts around Erlang, and Erlang starts its own helpers by path. So every program of Erlang is replaced,
 * where it stands, by a script that runs it with the prefix's loader; scripts learn where their root is.
 */
export async function finishRabbitmq(root: string, finalRoot: string, bin: string): Promise<void> {
  const runtime = (await readdir(join(root, erlang))).find((name) => name.startsWith('erts-')) ?? 'erts'
  const loader = await findLoader(root, `${erlang}/${runtime}/bin/beam.smp`)
  for (const folder of [`${erlang}/${runtime}/bin`, `${erlang}/bin`]) {
    for (const name of await readdir(join(root, folder))) {
      const file = join(root, folder, name)
      if (!(await lstat(file)).isFile()) continue
      if (await isElf(file)) {
        await rename(file, `${file}.elf`)
        const program = `${folder}/${name}.elf`
        await writeWrapper(file, { root, finalRoot, finalFile: join(finalRoot, folder, name), program, loader })
      } else {
        await moveRoot(file, join(finalRoot, erlang))
      }
    }
  }
  const path = [`${erlang}/bin`, scripts].map((one) => join(finalRoot, one)).join(':')
  for (const [name, target] of commands) {
    const lines = [
      '#!/bin/sh',
      `PATH=${shellQuote(path)}:$PATH`,
      'export PATH',
      `exec ${shellQuote(join(finalRoot, target))} "$@"`,
    ]
    await writeFile(join(bin, name), `${lines.join('\n')}\n`, { mode: 0o755 })
  }
}

async function isElf(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(4), position: 0 })
    return bytesRead === 4 && buffer.readUInt32BE(0) === 0x7f454c46
  } finally {
    await file.close()
  }
}

async function moveRoot(script: string, place: string): Promise<void> {
  const text = await readFile(script, 'latin1')
  const moved = text.replaceAll(/^(\s*ROOTDIR)=\/usr\/lib\/erlang$/gm, `$1=${shellQuote(place)}`)
  if (moved !== text) await writeFile(script, moved, 'latin1')
}
