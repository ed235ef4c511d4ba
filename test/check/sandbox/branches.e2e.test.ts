import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { plainOptions, portKeys, relocate } from '../../../src/check/sandbox/relocate.js'
import { findProgram } from '../../../src/host/process/programs.js'
import { pairOf } from '../pairs.js'
import { haproxyFiles } from './files.js'

const run = promisify(execFile)

/** What `haproxy -c` says of a text; nothing: it has no objection. */
async function objections(program: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-branches-'))
  try {
    const file = join(folder, 'haproxy.cfg')
    await writeFile(file, text)
    return await run(program, ['-c', '-q', '-f', file]).then(
      () => '',
      ({ stderr }) => String(stderr),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

describe.each(['2.6', '3.2'])('HAProxy %s accepts', (line) => {
  test.each(['conditions and variables', 'a branch that ends within a section', 'a section that may be there'])(
    'the copy of a file that it accepts: %s',
    async (name) => {
      const { program } = await findProgram('haproxy', { chosen: line })
      const own = haproxyFiles[name] ?? ''
      expect(await objections(program, own)).toBe('')
      const pair = pairOf(own, 'listener 1884 127.0.0.1\n')
      const keys = portKeys(pair, 4)
      const { haproxy } = relocate(pair, {
        ...plainOptions,
        folder: '/box',
        ip: 4,
        portOf: (key) => 40_000 + keys.indexOf(key),
      })
      const copy = haproxy.flatMap((one) => one.files.map(({ text }) => text)).join('')
      expect(await objections(program, copy)).toBe('')
    },
  )
})
