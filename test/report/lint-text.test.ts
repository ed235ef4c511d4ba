import { expect, it } from 'vitest'
import type { Finding } from '../../src/kernel/result.js'
import { lintText } from '../../src/report/lint-text.js'
import { plain } from '../../src/report/style.js'

const finding: Finding = {
  code: 'MP402',
  severity: 'error',
  message: 'no header',
  at: { file: 'h.cfg', line: 2, column: 15, endLine: 2, endColumn: 24 },
  related: [{ file: 'm.conf', line: 1, message: 'the listener' }],
  fix: { text: 'send-proxy-v2', edits: [] },
}
const note: Finding = { code: 'MP108', severity: 'info', message: 'no log', at: { file: 'h.cfg', line: 1, column: 1 } }
const texts = new Map([
  ['h.cfg', 'backend b\n    server s 127.0.0.1 check\n'],
  ['m.conf', 'listener 1884\n'],
])
const input = (findings: readonly Finding[]) => ({
  findings,
  summary: { error: 1, warning: 0, info: findings.length - 1, style: 0 },
  failOn: 'warning' as const,
  ok: findings.length === 0,
  unread: [],
  files: ['h.cfg', 'm.conf'],
})

it('shows the line with a caret, the other file and the fix', () => {
  expect(lintText(input([finding]), texts)).toBe(`h.cfg:2:15 error MP402 no header
    2 |     server s 127.0.0.1 check
      |               ^^^^^^^^^
    m.conf:1: the listener: listener 1884
    fix: send-proxy-v2

1 error in 2 files   why: mqtt-proxy lint --explain MP402
`)
})

it('quiet leaves out what is below the threshold, the counts stay', () => {
  const text = lintText(input([note, finding]), texts, { style: plain, quiet: true })
  expect(text).not.toContain('MP108 no log')
  expect(text).toContain('1 error, 1 info in 2 files')
})

it('says how much was read when there is nothing to say', () => {
  expect(lintText({ ...input([]), ok: true }, texts)).toBe('2 files, no findings\n')
})

it('a place outside the text has no excerpt', () => {
  expect(lintText(input([{ ...note, at: { file: 'gone.cfg', line: 9 } }]), texts)).toMatch(
    /^gone\.cfg:9 info MP108 no log\n\n/,
  )
})

it('says what was not judged, once, unless a finding of the line tells it', () => {
  const at = (line: number) => ({ file: 'h.cfg', line })
  const unread = [
    { what: 'host', name: '192.0.2.9:1883', why: 'no given file describes what listens there', at: at(3) },
    { what: 'host', name: '192.0.2.9:1883', why: 'no given file describes what listens there', at: at(3) },
    { what: 'host', name: '192.0.2.10:1883', why: 'no given file describes what listens there', at: at(5) },
    { what: 'variable', name: 'PORT', why: 'it is not set here', at: at(2) },
  ]
  const variable: Finding = { code: 'MP003', severity: 'info', message: 'PORT', at: at(2) }
  const text = lintText({ ...input([variable]), unread }, texts)
  expect(text).toContain(
    'Not judged:\n  no given file describes what listens there:\n    h.cfg:3: 192.0.2.9:1883\n    h.cfg:5: 192.0.2.10:1883\n\n',
  )
  expect(text).not.toContain('it is not set here')
  expect(lintText({ ...input([variable]), unread }, texts, { style: plain, quiet: true })).not.toContain('Not judged')
})
