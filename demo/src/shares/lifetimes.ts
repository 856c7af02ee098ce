/** How long a link can live. */
export const LIFETIMES = [
  { id: 'minute', label: '1 minute', seconds: 60 },
  { id: 'hour', label: '1 hour', seconds: 60 * 60 },
  { id: 'day', label: '1 day', seconds: 24 * 60 * 60 },
  { id: 'week', label: '7 days', seconds: 7 * 24 * 60 * 60 },
] as const
