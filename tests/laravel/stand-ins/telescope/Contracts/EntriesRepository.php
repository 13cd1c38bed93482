<?php

declare(strict_types=1);

namespace Laravel\Telescope\Contracts;

interface EntriesRepository
{
    /**
     * @param  list<string>  $events  their names
     */
    public function store(array $events): void;
}
