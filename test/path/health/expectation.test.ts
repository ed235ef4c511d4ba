import { describe, expect, it } from 'vitest'
import { line } from '../../../src/config/haproxy/document.js'
import { endOf } from '../../../src/path/health/expectation.js'
import type { CheckExpect } from '../../../src/path/health/steps.js'

function rule(match: CheckExpect['match'], pattern: string, more: Partial<CheckExpect> = {}): CheckExpect {
  return {
    kind: 'expect',
    line: line('tcp-check', 'expect'),
    negated: false,
    judgedOtherwise: false,
    match,
    pattern,
    ...more,
  }
}

const connack = { hex: '20020000', open: true }

describe('how a check ends', () => {
  it.each<[string, readonly CheckExpect[], ReturnType<typeof endOf>]>([
    ['nothing is expected', [], 'passed'],
    ['these bytes', [rule('binary', '20020000')], 'passed'],
    ['the begin of them', [rule('binary', '2002')], 'passed'],
    ['bytes inside', [rule('binary', '0200')], 'passed'],
    ['bytes that overlap two', [rule('binary', '0020')], 'mismatch'],
    ['digits that are no whole bytes', [rule('binary', '200')], undefined],
    ['no digits', [rule('binary', 'x2002')], undefined],
    ['no digits behind them', [rule('binary', '2002x')], undefined],
    ['no bytes', [rule('binary', '')], undefined],
    ['others', [rule('binary', '20020005')], 'mismatch'],
    ['capital letters or not', [rule('binary', '2002')], 'passed'],
    ['an expression of digits', [rule('rbinary', '^2002..00$')], 'passed'],
    ['an expression of other digits', [rule('rbinary', '^2002..05$')], 'mismatch'],
    ['a text', [rule('string', '\x02\0')], 'passed'],
    ['another text', [rule('string', 'OK')], 'mismatch'],
    ['an expression of text', [rule('rstring', '^ ')], 'passed'],
    ['another expression of text', [rule('rstring', '^OK')], 'mismatch'],
    ['something computed', [rule('other', '20')], undefined],
    ['not these bytes', [rule('binary', '2002', { negated: true })], 'mismatch'],
    ['not others', [rule('binary', '2003', { negated: true })], 'passed'],
    ['another result', [rule('binary', '2003', { judgedOtherwise: true })], undefined],
    ['two, both right', [rule('binary', '2002'), rule('rbinary', '00$')], 'passed'],
    ['two, the second one wrong', [rule('binary', '2002'), rule('binary', '05')], 'mismatch'],
    ['two, the second one not known', [rule('binary', '2002'), rule('other', '05')], undefined],
    ['an expression that is none', [rule('rstring', '(')], undefined],
    ['an expression that may take for ever', [rule('rstring', '(a+)+')], undefined],
    ['another one', [rule('rstring', '(a*)*')], undefined],
    ['one with braces', [rule('rstring', '(a{1,9}){9}')], undefined],
    ['one without parentheses', [rule('rbinary', '0+*')], undefined],
    ['one that repeats once', [rule('rbinary', '^2(0|2)+')], 'passed'],
    ['the longest expression that is tried', [rule('rbinary', `^20|${'a'.repeat(196)}`)], 'passed'],
    ['a longer one', [rule('rbinary', `^20|${'a'.repeat(197)}`)], undefined],
  ])('%s', (_, expects, end) => {
    expect(endOf(connack, expects)).toBe(end)
  })

  it('without an answer it waits until its time is over, or finds a closed connection', () => {
    for (const one of [rule('binary', '20'), rule('binary', '20', { negated: true }), rule('other', '')]) {
      expect(endOf({ hex: '', open: true }, [one])).toBe('timeout')
      expect(endOf({ hex: '', open: false }, [one])).toBe('empty')
    }
    expect(endOf({ hex: '', open: false }, [])).toBe('passed')
  })
})
