import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { completionScript, type LoadedCommand } from '../../../src/stories/completion/completion.js'

const loaded: readonly LoadedCommand[] = [
  {
    id: 'check',
    summary: "Run what's asked",
    flags: { reporter: flag('reporter'), strict: { ...flag('strict'), type: 'boolean' }, broker: flag('broker') },
  },
  { id: 'gen:haproxy', summary: 'Write haproxy.cfg', flags: { role: { ...flag('role'), options: ['edge', 'inner'] } } },
  { id: 'conformance', summary: 'Test', flags: { select: flag('select') } },
  { id: 'conformance', summary: 'Test', flags: { select: flag('select') } },
  { id: 'gen:all', summary: 'Write both', flags: {} },
  { id: 'lint', summary: 'Find', flags: { explain: flag('explain') } },
  { id: 'explain', summary: 'Say', flags: {} },
  { id: 'secret', summary: 'no', hidden: true, flags: {} },
]

function flag(name: string) {
  return { name, type: 'option' as const, description: `the "${name}"` }
}

/** What bash offers after these words, the last one being typed. */
function offered(...words: readonly string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(' ')
  const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _mqtt_proxy; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['--norc', '-c', `${completionScript('bash', loaded)}\n${ask}`],
    {
      encoding: 'utf8',
    },
  )
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  return stdout.split('\n').filter((word) => word !== '')
}

describe('completion in bash', () => {
  it.each([
    [
      ['mqtt-proxy', ''],
      ['check', 'conformance', 'explain', 'gen', 'lint'],
    ],
    [['mqtt-proxy', 'gen', 'h'], ['haproxy']],
    [
      ['mqtt-proxy', 'gen', 'haproxy', 'proxy-mtls'],
      ['proxy-mtls', 'proxy-mtls-cn'],
    ],
    [
      ['mqtt-proxy', 'gen', 'haproxy', '--role', ''],
      ['edge', 'inner'],
    ],
    [['mqtt-proxy', 'check', 'tcp', '--s'], ['--strict']],
    [['mqtt-proxy', 'check', '--reporter', 'ju'], ['junit']],
    [['mqtt-proxy', 'check', '--reporter', 'sa'], []],
    [['mqtt-proxy', 'explain', 'MP-P30'], expect.arrayContaining(['MP-P301', 'MP-P306'])],
    [['mqtt-proxy', 'explain', 'MP-NO-C'], expect.arrayContaining(['MP-NO-CONNACK'])],
    [['mqtt-proxy', 'check', '--broker', 'mos'], ['mosquitto']],
    [['mqtt-proxy', 'conformance', '--select', 'pp2/tl'], ['pp2/tlv']],
    [['mqtt-proxy', 'conformance', '--select', 'pp2/loc'], ['pp2/local']],
    [['mqtt-proxy', 'lint', '--explain', 'MP40'], expect.arrayContaining(['MP401', 'MP407'])],
  ])('offers after %j', (words, wanted) => {
    expect(offered(...words)).toEqual(wanted)
  })
})

describe('completion in other shells', () => {
  it.each(['zsh', 'fish'] as const)('knows commands, scenarios, rules and choices in %s', (shell) => {
    const script = completionScript(shell, loaded)
    for (const word of ['haproxy', 'proxy-mtls-cn', 'MP401', 'edge', 'strict']) expect(script).toContain(word)
    expect(script).not.toContain('secret')
  })

  it("keeps a quote in a summary inside the shell's quotes", () => {
    expect(completionScript('zsh', loaded)).toContain("check:Run what'\\''s asked")
    expect(completionScript('fish', loaded)).toContain("'Run what\\'s asked'")
  })
})
