"""The catalogue (事项目录): the county's signed releases, how they travel, and the shelf that they add up to at each station."""
