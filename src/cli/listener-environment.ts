/** What a command of `--exec` finds in its environment. */
export function listenerEnvironment(
  at: { readonly host: string; readonly port: number } | { readonly path: string },
): Record<string, string> {
  if ('path' in at) return { MQTT_URL: `unix://${at.path}` }
  const host = at.host === '0.0.0.0' ? '127.0.0.1' : at.host
  return { MQTT_URL: `mqtt://${host.includes(':') ? `[${host}]` : host}:${at.port}`, MQTT_PROXY_PORT: String(at.port) }
}
