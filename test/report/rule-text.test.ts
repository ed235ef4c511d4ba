import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lintRules } from '../../src/lint/rules.js'
import { ruleFiles, ruleText } from '../../src/report/rule-text.js'

const top = join(import.meta.dirname, '../..')

it('docs/rules are what the rules say: run node scripts/gen-rule-docs.mjs after a build', () => {
  const read = (code: string, kind: string) => readFileSync(join(top, 'fixtures/lint', code, `${kind}.txt`), 'utf8')
  const fixtures = new Map(
    lintRules.map(({ code }) => [code, { wrong: read(code, 'fires'), right: read(code, 'silent') }]),
  )
  const files = ruleFiles(lintRules, fixtures)
  expect(readdirSync(join(top, 'docs/rules')).sort()).toEqual([...files.keys()].sort())
  for (const [name, text] of files) expect(readFileSync(join(top, 'docs/rules', name), 'utf8')).toBe(text)
})

it('an explained rule says what happens, how we know and what to do', () => {
  const rule = lintRules.find((one) => one.code === 'MP414')
  if (rule === undefined) throw new Error('no MP414')
  expect(ruleText(rule)).toContain('MP414 check-cannot-see-mqtt (info, only with --select)')
  expect(ruleText(rule)).toContain(rule.harm)
})

it('a rule whose findings differ in severity says all of them, on its page, in the table and when explained', () => {
  const base = lintRules.find((one) => one.code === 'MP407')
  if (base === undefined) throw new Error('no MP407')
  const rule = { ...base, severity: 'warning' as const, also: ['error', 'info'] as const }
  const files = ruleFiles([rule], new Map([['MP407', { wrong: '', right: '' }]]))
  expect(ruleText(rule)).toContain('(warning, error or info)')
  expect(files.get('MP407.md')).toContain('**warning, error or info**')
  expect(files.get('README.md')).toContain('| warning, error or info |')
})

describe('a rule that could not be tested end to end', () => {
  const base = lintRules.find((one) => one.code === 'MP414')
  const rule = { ...base, unproven: 'no broker does it' } as NonNullable<typeof base>
  const { unproven: _, ...proven } = rule

  it('says so when it is explained, and on its page; no other does', () => {
    const line = 'Not tested end to end: no broker does it'
    expect(ruleText(rule)).toContain(`\n${line}\n`)
    expect(ruleText(proven)).not.toContain('Not tested')
    const page = (one: typeof proven) =>
      ruleFiles([one], new Map([['MP414', { wrong: 'w\n\n', right: 'r' }]])).get('MP414.md')
    expect(page(rule)).toContain(`\n\n${line}\n\n## What to do`)
    expect(page(proven)).not.toContain('Not tested')
    expect(page(proven)).toContain('```\nw\n```\n\n## Silent on\n\n```\nr\n```\n')
  })

  it('has no page without examples', () => {
    expect([...ruleFiles([rule], new Map()).keys()]).toEqual(['README.md'])
  })

  it('is explained in so many words', () => {
    expect(ruleText(rule).split('\n')).toEqual([
      'MP414 check-cannot-see-mqtt (info, only with --select)',
      '',
      rule.summary,
      '',
      `What happens:  ${rule.harm}`,
      `How we know:   ${rule.evidence}`,
      `What to do:    ${rule.fix}`,
      'Not tested end to end: no broker does it',
      '',
      'To suppress a finding: # mqtt-proxy ignore=MP414 -- reason',
    ])
  })
})
