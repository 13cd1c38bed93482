<?php

declare(strict_types=1);

namespace Laravel\Reverb\Contracts;

use Illuminate\Support\Collection;
use Laravel\Reverb\Application;
use Laravel\Reverb\Exceptions\InvalidApplication;

/**
 * Where the applications come from.
 */
interface ApplicationProvider
{
    /**
     * @return Collection<int, Application>
     */
    public function all(): Collection;

    /**
     * @throws InvalidApplication when there is none
     */
    public function findById(string $id): Application;

    /**
     * @throws InvalidApplication when there is none
     */
    public function findByKey(string $key): Application;
}
