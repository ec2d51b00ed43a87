import sharp from 'sharp';

// One slot, one core; and no two pages are alike, so that nothing is worth keeping.
sharp.concurrency(1);
sharp.cache(false);

export { sharp };
