import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeWorkdir } from '../../src/host/files/workdir.js'
import { endAll } from '../../src/host/process/lifetime.js'
import { encode } from '../../src/proxy-header/index.js'
import { mqttProxy } from '../cli.js'

/** Colours, ends a line with a command for GitHub's runner behind it, turns the direction of writing. */
const evil = 'x\x1b[31m\n::error::owned\r\u202e\u2028\x9b1m'
const harm = /^::error::owned|[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]/m

let folder: string
beforeAll(async () => {
  folder = join((await makeWorkdir('test')).path, 'd\x1b[31m\u202e')
  mkdirSync(folder)
  writeFileSync(join(folder, 'haproxy.cfg'), 'global\n  maxconn 10\nfrontend f\n  bind 127.0.0.1:1883\n')
})
afterAll(endAll)

async function said(args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await mqttProxy(args)
  return stdout + stderr
}

describe('what a stranger wrote is printable', () => {
  it.each([
    [[evil]],
    [['check', evil]],
    [['drill', evil]],
    [['check', `--${evil}`]],
    [['gen', 'haproxy', evil]],
    [['lint', '--select', evil]],
  ])('in an error about arguments: %j', async (args) => {
    const text = await said(args)
    expect(text).toContain('\\x1b[31m')
    expect(text).not.toMatch(harm)
  })

  it('in a header', async () => {
    const ssl = { verify: 0, client: 7, version: 'TLSv1.3', cn: evil } as const
    const bytes = encode({
      version: 2,
      source: { address: '192.0.2.1', port: 5 },
      destination: { address: '192.0.2.2', port: 6 },
      ssl,
      authority: evil,
      alpn: evil,
    })
    const text = await said(['header', 'decode', Buffer.from(bytes).toString('hex')])
    expect(text).toContain('\\u202e')
    expect(text).not.toMatch(harm)
  })

  it('in the name of a folder', async () => {
    const file = join(folder, 'haproxy.cfg')
    for (const args of [
      ['lint', '--no-programs', folder],
      ['plan', '-n', '10', '--haproxy-config', file],
    ]) {
      const text = await said(args)
      expect(text).toContain('d\\x1b[31m')
      expect(text).not.toMatch(harm)
    }
  })
})
