import { describe, expect, it } from 'vitest'
import { wordsOf } from '../../../src/host/net/dial-error.js'

describe('wordsOf', () => {
  it('finds the phrase in what OpenSSL says', () => {
    const error = new Error(
      '4057E5F3:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/record.c:354:',
    )
    expect(wordsOf(error)).toBe('wrong version number')
  })

  it('joins the errors of a name with several addresses', () => {
    const all = new AggregateError([
      new Error('connect ECONNREFUSED ::1:1'),
      new Error('connect ECONNREFUSED 127.0.0.1:1'),
    ])
    expect(wordsOf(all)).toBe('connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1')
  })
})
