import { describe, expect, it } from 'vitest'
import { parseHaproxy } from '../../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../../src/config/haproxy/view.js'
import { evaluate, type Moment, readCondition, type Truth, testsOf } from '../../../src/path/inspection/condition.js'

function proxyWith(...acls: readonly string[]) {
  const text = `frontend f\n${acls.map((one) => ` ${one}\n`).join('')}`
  const [proxy] = viewHaproxy([parseHaproxy(text, 'h.cfg').document]).proxies
  if (proxy === undefined) throw new Error('no frontend')
  return proxy
}

const acls = proxyWith('acl m req.len gt 0', 'acl two src 10.0.0.1', 'acl two req.len gt 0', 'maxconn m')

function truths(text: string, moment: Partial<Moment> = {}): readonly Truth[] {
  const condition = readCondition(text.split(' '), acls)
  return [...evaluate(condition, { last: false, fromBytes: new Set(['txn.user']), ...moment })].sort()
}

const begin: Partial<Moment> = {}
const end: Partial<Moment> = { last: true }
const five: Partial<Moment> = { bytes: 5 }

describe('a condition before all bytes are there', () => {
  it.each<[string, Partial<Moment>, readonly Truth[]]>([
    ['accept', begin, ['passes']],
    ['accept if', begin, ['passes']],
    ['accept unless', begin, ['passes']],
    ['accept if { always_true }', begin, ['passes']],
    ['accept unless { always_true }', begin, ['fails']],
    ['accept if { always_false }', begin, ['fails']],
    ['accept if TRUE', begin, ['passes']],
    ['accept if FALSE', begin, ['fails']],
    ['accept if !FALSE', begin, ['passes']],
    ['accept if !!FALSE', begin, ['fails']],
    ['accept if ! FALSE', begin, ['passes']],
    ['accept if ! ! FALSE', begin, ['fails']],
    ['accept if !TRUE TRUE', begin, ['fails']],
    ['accept if WAIT_END', begin, ['missing']],
    ['accept if WAIT_END', end, ['passes']],
    ['accept if { src 10.0.0.1 }', begin, ['fails', 'passes']],
    ['accept if !{ src 10.0.0.1 }', begin, ['fails', 'passes']],
    ['accept if unknown', begin, ['fails', 'passes']],
    ['accept if { var(txn.user) a }', begin, ['fails']],
    ['accept if { var(txn.other) a }', begin, ['fails', 'passes']],

    ['accept if { req.ssl_hello_type 1 }', begin, ['missing']],
    ['accept if { req.ssl_hello_type 1 }', end, ['fails']],
    ['accept if { req.ssl_hello_type 1 }', five, ['fails', 'missing']],
    ['accept if { req.ssl_hello_type 1 }', { ...five, last: true }, ['fails']],
    ['accept if HTTP', begin, ['missing']],
    ['accept if HTTP_1.1', begin, ['missing']],
    ['accept if METH_GET', five, ['fails', 'missing']],
    ['accept if xMETH_GET', five, ['fails', 'passes']],
    ['accept if RDP_COOKIE', five, ['fails', 'missing']],
    ['accept if { req.payload(0,0),mqtt_is_valid }', begin, ['missing']],
    ['accept if { req.payload(0,0),mqtt_is_valid }', five, ['missing']],
    ['accept if { req.payload(0,0),mqtt_is_valid }', end, ['fails']],
    ['accept if { req.payload(4,1) -m bin 10 }', five, ['fails', 'passes']],
    ['accept if { req.payload(5,1) -m bin 10 }', five, ['missing']],
    ['accept if { req.payload(5,1) -m bin 10 }', { ...five, last: true }, ['fails']],

    ['accept if m', begin, ['missing']],
    ['accept if m', five, ['passes']],
    ['accept if REQ_CONTENT', five, ['passes']],
    ['accept if two', begin, ['missing', 'passes']],
    ['accept if !two', begin, ['fails', 'missing']],

    ['accept if TRUE FALSE', begin, ['fails']],
    ['accept if TRUE or FALSE', begin, ['passes']],
    ['accept if FALSE || TRUE', begin, ['passes']],
    ['accept if TRUE FALSE or TRUE', begin, ['passes']],
    ['accept if TRUE or TRUE FALSE', begin, ['passes']],
    ['accept if TRUE m', begin, ['missing']],
    ['accept if FALSE m', begin, ['fails']],
    ['accept if FALSE or m', begin, ['missing']],
    ['accept if TRUE or m', begin, ['passes']],
    ['accept unless m', begin, ['missing']],
    ['accept unless m', five, ['fails']],
    ['accept if { req.len gt 0', five, ['passes']],
    ['accept if { req.len gt 0 } FALSE', five, ['fails']],
    ['accept if { req.len gt 0 } { always_false }', five, ['fails']],
  ])('%s, %j: %j', (text, moment, expected) => {
    expect(truths(text, moment)).toEqual(expected)
  })
})

describe('how many bytes are there, five of them', () => {
  it.each<[string, boolean]>([
    ['gt 4', true],
    ['gt 5', false],
    ['ge 5', true],
    ['ge 6', false],
    ['lt 6', true],
    ['lt 5', false],
    ['le 5', true],
    ['le 4', false],
    ['eq 5', true],
    ['eq 4', false],
    ['5', true],
    ['4', false],
    ['4 5', true],
    ['-m int 5', true],
    ['-m int 4', false],
    ['-m int gt 4', true],
    ['-i 5', true],
    ['5:9', true],
    ['1:5', true],
    ['6:9', false],
    ['1:4', false],
    ['5:', true],
    ['6:', false],
    [':5', true],
    [':4', false],
    ['gt 9 lt 9', true],
  ])('req.len %s: %s', (against, matches) => {
    expect(truths(`accept if { req.len ${against} }`, five)).toEqual([matches ? 'passes' : 'missing'])
    expect(truths(`accept if { req.len ${against} }`, { ...five, last: true })).toEqual([matches ? 'passes' : 'fails'])
  })

  it('what a converter makes of it is not known', () => {
    expect(truths('accept if { req.len,add(1) gt 9 }', five)).toEqual(['fails', 'passes'])
    expect(truths('accept if { req.len,add(1) gt 9 }', begin)).toEqual(['missing'])
  })
})

it('all expressions of a condition, those of named ACLs as well', () => {
  const condition = readCondition('reject unless two or !{ src 10.0.0.2 } m'.split(' '), acls)
  expect(testsOf(condition).map((one) => [one.expression, ...one.against].join(' '))).toEqual([
    'src 10.0.0.1',
    'req.len gt 0',
    'src 10.0.0.2',
    'req.len gt 0',
  ])
  expect(readCondition(['reject'], acls)).toBeUndefined()
  expect(testsOf(undefined)).toEqual([])
})
