/** Whether these are the first bytes of "HTTP/1.x 400": what mode http of HAProxy answers to a CONNECT of MQTT. */
export function isBadRequest(bytes: Uint8Array): boolean {
  return /^HTTP\/1\.[01] 400\b/.test(Buffer.from(bytes.subarray(0, 16)).toString('latin1'))
}
