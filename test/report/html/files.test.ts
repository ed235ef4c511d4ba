import { describe, expect, it } from 'vitest'
import type { CaseResult, ReportFile } from '../../../src/kernel/result.js'
import { caseFiles, groupFiles } from '../../../src/report/html/files.js'
import { all, only, readHtml, texts } from '../read-html.js'

const file: ReportFile = { name: 'haproxy.cfg', kind: 'haproxy', text: 'global\n\n  <bind>\nend\n' }
const one = (more: Partial<CaseResult> = {}): CaseResult => ({ id: 'a', title: 'a', status: 'failed', ...more })
const group = (files: readonly ReportFile[], ...cases: readonly CaseResult[]) =>
  groupFiles({ id: 'g', title: 'g', durationMs: 1, files, cases })
const at = (path: string, line?: number, message = `line ${line}`) => ({
  file: path,
  message,
  ...(line !== undefined && { line }),
})
const marksOf = (...likely: NonNullable<CaseResult['likely']>) => {
  const page = readHtml(group([file], one({ likely })))
  return all(page, 'mark').map((mark) => only(mark, '.ln').text)
}

describe('the files of a group', () => {
  it('are numbered line by line, folded, with their kind and length', () => {
    const page = readHtml(group([file, { name: 'b.log', kind: 'log', text: 'one' }]))
    expect(texts(page, '.ln')).toEqual(['1', '2', '3', '4', '1'])
    expect(all(page, 'pre')[0]?.text).toBe('1global\n2\n3  <bind>\n4end\n')
    expect(all(page, 'summary').map(({ text }) => text)).toEqual([
      'haproxy.cfg haproxy configuration, 4 lines',
      'b.log log, 1 line',
    ])
    for (const details of all(page, 'details')) expect(details.attributes).not.toHaveProperty('open')
  })

  it('are nothing where there are none', () => {
    expect(group([])).toBe('')
    expect(caseFiles(one())).toBe('')
  })

  it('are open at the lines that a failure blames, each with its words once', () => {
    const cases = [
      one({ likely: [at('haproxy.cfg', 3, 'a & b'), at('haproxy.cfg', 4)] }),
      one({ likely: [at('haproxy.cfg', 3, 'a & b'), at('haproxy.cfg', 3, 'c')] }),
    ]
    const page = readHtml(group([file], ...cases))
    const details = only(page, 'details')
    expect(details.attributes).toHaveProperty('open')
    expect(only(details, '.tag').text).toBe('✖ line 3, 4')
    expect(texts(page, 'mark')).toEqual(['3  <bind>', '4end'])
    expect(texts(page, '.note')).toEqual(['✖ a & b', '✖ c', '✖ line 4'])
  })

  it('blame no line for what did not fail', () => {
    const page = readHtml(group([file], one({ status: 'deviation', likely: [at('haproxy.cfg', 3)] })))
    expect(all(page, 'mark')).toHaveLength(0)
    expect(all(page, '.tag')).toHaveLength(0)
  })

  it('know a file by its name at the end of a path, in either direction', () => {
    expect(marksOf(at('lab/haproxy.cfg', 1))).toEqual(['1'])
    expect(marksOf(at('other.cfg', 1))).toEqual([])
    expect(marksOf(at('my-haproxy.cfg', 1))).toEqual([])
    expect(marksOf(at('haproxy.cfg'))).toEqual([])
    const deep = { ...file, name: 'conf/edge/haproxy.cfg' }
    const marked = (path: string) => all(readHtml(group([deep], one({ likely: [at(path, 1)] }))), 'mark').length
    expect(['edge/haproxy.cfg', 'haproxy.cfg', 'proxy.cfg'].map(marked)).toEqual([1, 1, 0])
  })

  it('of a case show its own faults alone', () => {
    const page = readHtml(caseFiles(one({ files: [file], likely: [at('haproxy.cfg', 2)] })))
    expect(texts(page, 'mark')).toEqual(['2'])
  })
})
