<?php

declare(strict_types=1);

namespace App\Facades;

use Illuminate\Support\Facades\Facade;

/**
 * What is scoped in the container, by a facade, which keeps what it has found.
 */
final class Scoped extends Facade
{
    protected static function getFacadeAccessor(): string
    {
        return 'test.scoped';
    }
}
