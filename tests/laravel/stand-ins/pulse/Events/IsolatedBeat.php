<?php

declare(strict_types=1);

namespace Laravel\Pulse\Events;

use Carbon\CarbonImmutable;

/**
 * A second has passed, told to one process of all.
 */
class IsolatedBeat
{
    public function __construct(
        public CarbonImmutable $time,
    ) {}
}
