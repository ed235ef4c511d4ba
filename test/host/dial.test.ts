import { describe, expect, it } from 'vitest'
import { handshakeTypes } from '../../src/host/certificate-request.js'
import { wordsOf } from '../../src/host/dial.js'

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

describe('handshakeTypes', () => {
  // One TLS 1.2 record with ServerHello (2, two bytes) and the first half of a Certificate (11), then its second half
  // with a CertificateRequest (13, no body) behind it.
  const records = '16 0303 000b  02 000002 aabb  0b 000003 cc  16 0303 0006  ddee  0d 000000'
  const bytes = Buffer.from(records.replace(/ /g, ''), 'hex')

  it('reads messages across records', () => {
    expect(handshakeTypes(bytes)).toEqual([2, 11, 13])
  })

  it('takes any prefix, and bytes that are no TLS', () => {
    for (let end = 0; end < bytes.length; end++) expect(handshakeTypes(bytes.subarray(0, end)).length).toBeLessThan(4)
    expect(handshakeTypes(Buffer.from('HTTP/1.1 400'))).toEqual([])
  })
})
