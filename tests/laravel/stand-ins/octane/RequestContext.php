<?php

declare(strict_types=1);

namespace Laravel\Octane;

/**
 * What a client knows of a request.
 */
class RequestContext
{
    /**
     * @param  array<string, mixed>  $data
     */
    public function __construct(
        public array $data = [],
    ) {}
}
