import { expect, it } from 'vitest'
import type { RunFacts } from '../../src/kernel/result.js'
import { mergeResults } from '../../src/report/merge.js'
import { type ReporterName, reporterNames } from '../../src/report/reporter-names.js'
import { render } from '../../src/report/reporters.js'
import { isResult } from '../../src/report/result-shape.js'
import { plain } from '../../src/report/style.js'
import { fullResult, resultOf } from './full-result.js'
import { readXml } from './read-xml.js'

const run: RunFacts = {
  at: '2026-11-27T03:00:01.500Z',
  host: 'ci-7',
  os: 'Linux 6.1.0 x64',
  command: 'mqtt-proxy check --reporter "a>b"',
  version: '9.8.7',
  node: 'v20.20.2',
  commit: '0123456789abcdef0123456789abcdef01234567',
}
const context = { version: '9.8.7', style: plain, kept: true }
// GitHub's annotations stand beside a step that says all this itself.
const documents = reporterNames.filter((name): name is Exclude<ReporterName, 'github'> => name !== 'github')

it.each(documents)('%s says when, where and how it was made', async (name) => {
  const command = name === 'sarif' || name === 'checkstyle' ? 'lint' : 'check'
  const text = await render(name, { ...fullResult, command, run }, context)
  for (const fact of [
    '2026-11-27',
    'ci-7',
    'Linux 6.1.0 x64',
    '9.8.7',
    '20.20.2',
    '0123456789ab',
    'mqtt-proxy check',
  ]) {
    // Markdown escapes the signs that would mark something.
    expect(text.replaceAll('\\', ''), fact).toContain(fact)
  }
  if (name === 'junit' || name === 'checkstyle') expect(() => readXml(text, name)).not.toThrow()
})

it('says nothing of a run where there is none, and little on a terminal', async () => {
  const shown = await render('tty', { ...fullResult, run }, { version: '', style: plain })
  expect(shown).not.toContain('ci-7')
  for (const name of documents) {
    const command = name === 'sarif' ? 'lint' : 'check'
    expect(await render(name, { ...fullResult, command }, context)).not.toMatch(/undefined|ci-7/)
  }
})

it('a merged result has the runs that it is made of', () => {
  const other = { ...run, host: 'ci-8' }
  const merged = mergeResults([
    { file: 'a.json', result: { ...resultOf([]), run } },
    { file: 'b.json', result: { ...resultOf([]), runs: [other] } },
  ])
  expect(merged.runs?.map(({ host }) => host)).toEqual(['ci-7', 'ci-8'])
  expect(isResult({ ...resultOf([]), run })).toBe(true)
  expect(isResult({ ...resultOf([]), run: { ...run, host: 7 } })).toBe(false)
  expect(isResult({ ...resultOf([]), runs: [{}] })).toBe(false)
})
