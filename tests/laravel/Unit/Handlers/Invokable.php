<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit\Handlers;

use ArrayObject;

/**
 * A handler without a method of a name.
 */
final class Invokable
{
    /**
     * @param  ArrayObject<int, mixed>  $got
     */
    public function __construct(
        private readonly ArrayObject $got,
    ) {}

    public function __invoke(string $room): void
    {
        $this->got->append([__FUNCTION__, $room]);
    }
}
