/** Of the advisory locks that processes take from each other: in one place, so that no two are the same. */
export const lockKeys = {
  migration: 0x0c7a_0001,
  installation: 0x0c7a_0002,
  nextJob: 0x0c7a_0003,
  uploadRoom: 0x0c7a_0004,
} as const;
