export * as proxyHeader from './proxy-header/index.js'
export type { Decoded, HeaderSpec, ProxyHeader } from './proxy-header/types.js'
