import { describe, expect, it } from 'vitest'
import { handshakeTypes } from '../../../src/host/files/certificate-request.js'

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
