import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/kernel/result.js'
import { classify } from '../../src/probe/classify.js'
import { findingsOf } from '../../src/probe/findings.js'
import { renderGithub } from '../../src/report/github.js'
import { lintText } from '../../src/report/lint-text.js'
import { renderMarkdown } from '../../src/report/markdown.js'
import { reporterNames } from '../../src/report/reporter-names.js'
import { render } from '../../src/report/reporters.js'
import { plain } from '../../src/report/style.js'
import { renderText } from '../../src/report/text.js'
import { probeText } from '../../src/stories/probe/text.js'
import { firstRound, saw, tls13 } from '../probe/observations.js'
import { fullResult } from './full-result.js'

/** Begins a command of GitHub's runner, colours, ends lines in other ways, and turns the direction of writing. */
const evil = 'x\n::error::owned\r\u001b[31m\u2028\u2029\u202e\u2066\u0085\u009b1m'
const harm = /^::(?:error|warning)::owned|\u001b|[\r\u2028\u2029\u202e\u2066\u0085\u009b]/m
const finding = {
  code: 'MP401',
  severity: 'error' as const,
  message: evil,
  at: { file: evil, line: 1, column: 1 },
  fix: { text: evil },
  related: [{ file: evil, line: 1, message: evil }],
}
const one = {
  id: 'a/b',
  title: evil,
  status: 'failed' as const,
  expected: 'e',
  actual: evil,
  reason: evil,
  logs: { haproxy: [evil], broker: [evil] },
  explained: [evil],
  likely: [{ file: evil, line: 1, message: evil }],
  artifacts: [`${evil}/f`],
}
const result: RunResult = {
  schema: 1,
  command: 'check',
  ok: false,
  env: { haproxy: '3.2' },
  stats: { passed: 0, failed: 1, skipped: 0, unknown: 0, nonStrict: 0, deviations: 0, flaky: 0, durationMs: 1 },
  groups: [
    {
      id: 'a',
      title: 'a',
      durationMs: 1,
      cases: [one, { ...one, id: 'a/c', status: 'deviation' }],
      cannot: evil,
      leftOut: [{ file: evil, line: 1, message: evil, told: true }],
    },
  ],
  findings: [finding],
}

/** What our own code alone says. */
const ours = new Set(['schema', 'command', 'status', 'severity', 'kind', 'level', 'from', 'to', 'code', 'failOn'])

/** A value whose every text is a stranger's. */
function hostile<T>(value: T, name?: string): T
function hostile(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return ours.has(name) ? value : evil
  if (Array.isArray(value)) return value.map((each) => hostile(each, name))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hostile(each, key)]))
}

describe('text of strangers', () => {
  it.each(reporterNames)('comes out of %s harmless, whatever part of a result it is', async (name) => {
    const full = fullResult
    const place = { file: 'f', line: 1 }
    const unread = [{ what: 'include', name: 'n', why: 'w', at: place }]
    const findings = [{ ...finding, evidence: ['e'], ref: 'r' }]
    const judging = ['lint', 'probe', ...(name === 'sarif' ? [] : (['check', 'conformance'] as const))] as const
    for (const command of judging) {
      const given = hostile({ ...full, findings, unread, command })
      const text = await render(name, given, { version: '1', style: plain, verbose: true, kept: true })
      expect([command, harm.exec(text)?.[0]]).toEqual([command, undefined])
      expect(text).toContain('::error::owned')
    }
  })

  it('keeps its meaning in JSON, where escapes are all that it needs', async () => {
    const text = await render('json', hostile(result), { version: '1', style: plain })
    expect(JSON.parse(text)).toEqual(hostile(result))
  })

  it.each([
    ['text', () => renderText(result, { style: plain, verbose: true })],
    ['markdown', () => renderMarkdown(result)],
    ['github', () => renderGithub(result)],
    ['github, of lint', () => renderGithub({ ...result, command: 'lint' })],
    [
      'lint',
      () =>
        lintText(
          {
            findings: [finding],
            summary: { error: 1, warning: 0, info: 0, style: 0 },
            failOn: 'error',
            ok: false,
            unread: [],
            files: ['a'],
          },
          new Map([[evil, '\u001b[31mbind\u2028\u202e']]),
        ),
    ],
  ])('comes out of %s in one harmless line', (_, render) => {
    expect(harm.exec(render())?.[0]).toBeUndefined()
    expect(render()).toContain('\\n::error::owned')
  })

  it('comes out of a probe so: names in certificates, versions, words of TLS', () => {
    const certificate = { subject: evil, issuer: evil, names: [evil], notAfter: 0 }
    const tls = { ...tls13, certificate, untrusted: evil, wrongName: evil }
    const without = firstRound().filter((seen) => seen.attempt !== 'tls')
    const session = { version: evil, halfOpen: undefined, cutAfterMs: undefined }
    const seen = [
      ...without,
      saw('tls', 'accepted', { tls }),
      saw('tls-5', 'accepted', { tls, properties: { reasonString: evil } }),
      saw('tls-old', 'tls', { detail: evil }),
      saw('session', 'accepted', { tls, session }),
    ]
    const verdict = classify(seen)
    const findings = findingsOf(verdict, seen, {
      target: 'h:1',
      loopback: false,
      reachable: undefined,
      spoofed: false,
      trustGiven: true,
      usernameGiven: false,
      silenceAskedMs: undefined,
      now: 1,
    })
    const target = { scheme: 'mqtt' as const, host: 'h', port: 1, path: '' }
    const run = {
      probed: [{ target, verdict, attempts: [], seen, findings, ms: 1 }],
      through: undefined,
      connections: 1,
      atOnce: 1,
      ms: 1,
    }
    const text = probeText(run, { style: plain, quiet: false, verbose: true, brief: false })
    expect(harm.exec(text)?.[0]).toBeUndefined()
    expect(text.match(/\\n::error::owned/g)?.length).toBeGreaterThan(4)
  })
})
