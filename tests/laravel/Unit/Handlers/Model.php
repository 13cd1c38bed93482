<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit\Handlers;

use Illuminate\Contracts\Routing\UrlRoutable;

/**
 * Something that a route may bind.
 */
final class Model implements UrlRoutable
{
    public function __construct(
        public readonly string $id = '',
    ) {}

    public function getRouteKey(): string
    {
        return $this->id;
    }

    public function getRouteKeyName(): string
    {
        return 'id';
    }

    public function resolveRouteBinding($value, $field = null): ?self
    {
        return $value === 'none' ? null : new self($value);
    }

    public function resolveChildRouteBinding($childType, $value, $field): ?self
    {
        return null;
    }
}
