import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/kernel/result.js'
import { renderCheckstyle } from '../../src/report/checkstyle.js'
import { renderGithub } from '../../src/report/github.js'
import { renderJunit } from '../../src/report/junit.js'
import { renderMarkdown } from '../../src/report/markdown.js'
import { renderSarif } from '../../src/report/sarif.js'
import { renderTap } from '../../src/report/tap.js'
import { renderText } from '../../src/report/text.js'
import { marked } from './marked.js'
import { expectRecorded } from './recorded.js'
import { allGood, checked, linted, nothing, probed } from './varied.js'

const results = { checked, linted, probed, nothing, allGood }
const rules = [
  { code: 'MP407', summary: 'Anyone can connect', help: 'Close it.', helpUri: 'https://example.org/MP407' },
]

/** An element a line, so that a person can read it. */
const lines = (xml: string) => xml.replace(/></g, '>\n<')

const renderers: Readonly<Record<string, (result: RunResult) => string>> = {
  text: (result) => renderText(result, { style: marked }),
  markdown: renderMarkdown,
  github: renderGithub,
  junit: (result) => lines(renderJunit(result)),
  checkstyle: (result) => lines(renderCheckstyle(result)),
  tap: renderTap,
}

describe.each(Object.keys(renderers))('a whole report for %s', (name) => {
  it.each(Object.keys(results) as (keyof typeof results)[])('of %s is what was read and found right', (of) => {
    expectRecorded(`${name}-${of}.txt`, renderers[name]?.(results[of]) ?? '')
  })
})

describe('a whole report', () => {
  it('of lint as SARIF', () => {
    expectRecorded('sarif-linted.json', renderSarif(linted, '1.2.3', rules))
  })

  it('as text lists every case when asked, and what else was left out', () => {
    expectRecorded('text-verbose.txt', renderText(checked, { style: marked, verbose: true }))
  })

  it('as text has only failures and the last line when quiet', () => {
    expectRecorded('text-quiet.txt', renderText(checked, { style: marked, quiet: true }))
    expect(renderText(allGood, { style: marked, quiet: true })).toBe('1 passed, 0 failed, 0 skipped   <dim 1.0 s>\n')
  })

  it('of lint has the run in SARIF, with its versions', () => {
    const run = { ...linted, findings: [], run: checked.run }
    expectRecorded('sarif-run.json', renderSarif(run as RunResult, '1.2.3', rules))
  })
})
