<?php

declare(strict_types=1);

// Some name Reverb's providers themselves, though Laravel discovers them.
return [
    Laravel\Reverb\ApplicationManagerServiceProvider::class,
    Laravel\Reverb\ReverbServiceProvider::class,
    App\Providers\AppServiceProvider::class,
];
