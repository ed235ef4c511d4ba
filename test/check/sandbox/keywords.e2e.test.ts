import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import * as allowed from '../../../src/check/sandbox/allowed.js'
import { findProgram } from '../../../src/host/process/programs.js'

const run = promisify(execFile)

/** Every keyword that the program itself registers, by where it may stand. */
async function keywordsOf(program: string) {
  const folder = await mkdtemp(join(tmpdir(), 'mqtt-proxy-keywords-'))
  try {
    const file = join(folder, 'haproxy.cfg')
    await writeFile(
      file,
      'defaults\n mode tcp\n timeout client 1s\n timeout server 1s\n timeout connect 1s\nfrontend f\n bind 127.0.0.1:1\n',
    )
    const { stdout, stderr } = await run(program, ['-dKcfg', '-c', '-f', file])
    return parse(`${stdout}\n${stderr}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function parse(dump: string) {
  const found = {
    global: [] as string[],
    proxy: [] as string[],
    bind: [] as string[],
    server: [] as string[],
    option: [] as string[],
    action: [] as string[],
    section: [] as string[],
  }
  let section = ''
  for (const line of dump.split('\n')) {
    const top = /^([a-z][\w-]*)$/.exec(line)?.[1]
    if (top !== undefined) {
      section = top
      found.section.push(top)
      continue
    }
    const [first = '', ...rest] = line.trim().split(/\s+/)
    if (!line.startsWith('\t')) continue
    if (section === 'global') found.global.push(first)
    if (section !== 'listen') continue
    if (first === 'bind') found.bind.push((rest[1] === 'ssl' ? rest[2] : rest[1]) ?? '')
    else if (first === 'server') found.server.push(rest[2] ?? '')
    else if (first === 'option') found.option.push(rest[0] ?? '')
    else if (/^(tcp|http)-(request|response|after-response)$/.test(first) && rest.length > 0)
      found.action.push(((first.startsWith('tcp') ? rest[1] : rest[0]) ?? '').replace(/\*$/, ''))
    else if (rest.length === 0) found.proxy.push(first)
  }
  return found
}

const releases = ['2.6', '3.2'] as const

describe.each(releases)('HAProxy %s', (release) => {
  test('has no keyword about which nothing is known', async () => {
    const { program } = await findProgram('haproxy', { chosen: release })
    const all = await keywordsOf(program)
    expect(all.global.length).toBeGreaterThan(60)
    expect(all.server.length).toBeGreaterThan(60)
    const unknown = [
      ...all.global.filter(
        (one) =>
          !allowed.keptGlobal.has(one) &&
          !allowed.isKeptTune(one) &&
          !allowed.globalReach.has(one) &&
          !/^tune\.(lua|renice)/.test(one),
      ),
      ...all.proxy.filter((one) => !allowed.keptProxy.has(one) && !allowed.proxyReach.has(one)),
      ...all.bind.filter((one) => one !== 'v4v6' && !allowed.keptBind.has(one) && !allowed.bindReach.has(one)),
      ...all.server.filter((one) => !allowed.keptServer.has(one) && !allowed.serverReach.has(one)),
      ...all.option.filter((one) => !allowed.keptOptions.has(one) && !allowed.optionReach.has(one)),
      ...all.action.filter((one) => !allowed.keptActions.has(one) && !allowed.actionReach.has(one)),
      ...all.section.filter((one) => !allowed.keptSections.has(one) && !allowed.sectionReach.has(one)),
    ]
    expect([...new Set(unknown)]).toEqual([])
  })

  test('keeps no keyword whose name speaks of files, programs or other machines, but those that are moved', async () => {
    const { program } = await findProgram('haproxy', { chosen: release })
    const all = await keywordsOf(program)
    const names =
      /file|path|(?<!pay)load|exec|cmd|lua|script|resolv|acme|socket|dir|engine|provider|fork|module|engine|peer|mail|ocsp|state|pid/
    const kept = [
      ...all.global.filter((one) => allowed.keptGlobal.has(one) || allowed.isKeptTune(one)),
      ...all.proxy.filter((one) => allowed.keptProxy.has(one)),
      ...all.bind.filter((one) => allowed.keptBind.has(one)),
      ...all.server.filter((one) => allowed.keptServer.has(one)),
    ].filter((one) => names.test(one))
    expect(kept.filter((one) => !moved.has(one))).toEqual([])
    expect(kept).toContain('ca-file')
  })
})

/** Moved into the sandbox, or of no file in spite of the name: each was looked up in the manual. */
const moved = new Set([
  // certificates: ours take their place
  'ca-file',
  'crl-file',
  'ca-verify-file',
  // numbers and switches
  'expose-experimental-directives',
  'expose-deprecated-directives',
  'profiling.tasks',
  'ssl-load-extra-del-ext',
  'ssl-load-extra-files',
  'tune.peers.max-updates-at-once',
  'tune.quic.socket-owner',
  'tune.ssl.ocsp-update.maxdelay',
  'tune.ssl.ocsp-update.mindelay',
  'init-state',
  'redirect',
  'redir',
])
